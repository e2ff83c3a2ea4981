package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Context.PastLine;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.play.PlayNewCommand.SavedPlaybook;
import dev.sonde.jvm.TargetError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code play record}: the lines that were typed last, as a playbook. */
@Command(
        name = "play record",
        description = "make a playbook of the lines that you typed last at the prompt, without their target")
@Needs(Grant.OBSERVE)
@Example("play record what-i-did --last 5")
final class PlayRecordCommand extends BaseCommand {

    private final Catalogue catalogue;

    @Parameters(paramLabel = "NAME", description = "small letters, digits and dashes")
    private String name = "";

    @Option(names = "--last", paramLabel = "N", description = "lines of the history to look at", defaultValue = "20")
    private int last = 20;

    PlayRecordCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void run(Context context) throws TargetError {
        // The line that asks is one of them by now, and so are those that asked before.
        List<PastLine> history = context.history().stream()
                .filter(past -> !past.line().contains("play record"))
                .toList();
        List<String> lines = new ArrayList<>();
        for (PastLine past : history.subList(Math.max(0, history.size() - last), history.size())) {
            asStep(past.line()).ifPresent(lines::add);
        }
        if (lines.isEmpty()) {
            context.output()
                    .notice(
                            history.isEmpty()
                                    ? "you have typed no line at the prompt yet; what comes by ssh bastion LINE or on the standard input is not kept: nothing was saved"
                                    : "none of the last " + last
                                            + " lines that you typed at the prompt can be a step: nothing was saved");
            return;
        }
        context.output().row(SavedPlaybook.save(context, name, text(lines), false));
        context.output().notice("play show " + name + " shows it, play " + name + " runs it");
    }

    private Optional<String> asStep(String typed) {
        try {
            String line = typed.strip();
            String file = "name: x\nsteps:\n  - line: " + quoted(line) + "\n";
            CheckedPlaybook unused = Checker.check(catalogue, PlaybookReader.read(name, file));
            return Optional.of(line);
        } catch (PlaybookError e) {
            return Optional.empty(); // it was wrong when it was typed, or is none, as help
        }
    }

    private String text(List<String> lines) {
        StringBuilder text = new StringBuilder("name: " + name + "\nabout: what was typed\n\nsteps:\n");
        for (String line : lines) {
            text.append("  - line: ").append(quoted(line)).append("\n    on-fail: continue\n");
        }
        return text.toString();
    }

    /** As YAML keeps any text; what would be an expression stays what it is. */
    private static String quoted(String line) {
        return "'" + line.replace("'", "''").replace("${", "$${") + "'";
    }
}
