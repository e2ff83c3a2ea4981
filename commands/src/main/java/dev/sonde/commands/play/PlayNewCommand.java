package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code play new}: a playbook to begin with, which says what may stand in one. */
@Command(name = "play new", description = "make a playbook of your own to begin with, with what may stand in one")
@Needs(Grant.OBSERVE)
@Example("play new slow-orders")
final class PlayNewCommand extends BaseCommand {

    @Parameters(paramLabel = "NAME", description = "small letters, digits and dashes")
    private String name = "";

    @Override
    public void run(Context context) throws TargetError {
        String text = SKELETON.replace("NAME", name);
        context.output().row(SavedPlaybook.save(context, name, text, false));
    }

    /** A file that was saved. */
    record SavedPlaybook(String name, String file, int lines) implements Row {

        static SavedPlaybook save(Context context, String name, String text, boolean replace) throws TargetError {
            try {
                String file = context.playbooks().save(name, text, replace);
                return new SavedPlaybook(name, file, (int) text.lines().count());
            } catch (IOException e) {
                throw new TargetError("nothing was saved: " + e.getMessage(), e);
            }
        }

        @Override
        public String type() {
            return "saved";
        }
    }

    static final String SKELETON = """
            # What it is for, and a sample of what it shows.
            name: NAME
            about: one sentence that says what it finds

            # Given as key=value; types: text, count, number, flag, duration.
            inputs:
              most: {type: count, default: 500, about: threads that are still fine}

            steps:
              # A line as it is typed. Its rows are what --json gives; later steps see them as jvm_now.rows.
              - name: jvm_now
                line: jvm
                let:
                  threads: rows[0].threads

              # A step without a line looks at what is known. say is shown when expect does not hold.
              - name: threads_are_few
                expect: threads <= most
                say: ${threads} threads are more than ${most}
                sure: certain
                next: play thread-leak
                on-fail: continue

              # when: only if; repeat, every, until: again; timeout; foreach: for each of a list; parallel: steps at once;
              # ask: a person says yes first; on-fail: stop, continue, or goto a later step.
              - name: who
                when: threads > most
                line: threads --group --top 3 --depth 4
                timeout: 30s

            held: ${threads} threads, which is fine
            """;
}
