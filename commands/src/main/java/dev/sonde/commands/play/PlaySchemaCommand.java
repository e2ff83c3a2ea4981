package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code play schema}: what may stand in a playbook, as editors read it. */
@Command(
        name = "play schema",
        description = "give the JSON schema of playbooks, with which an editor completes and checks them")
@Needs(Grant.OBSERVE)
@Example("play schema")
final class PlaySchemaCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        context.output()
                .row(new Schema(Library.resource("playbook.schema.json").lines().toList()));
    }

    /** Its lines. */
    record Schema(List<String> lines) implements Prose {
        @Override
        public String type() {
            return "schema";
        }

        @Override
        public void tell(Page page) {
            lines.forEach(page::line);
        }
    }
}
