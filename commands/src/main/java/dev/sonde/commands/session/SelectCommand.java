package dev.sonde.commands.session;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.TargetCommand;
import dev.sonde.jvm.Target;
import picocli.CommandLine.Command;

/** {@code @TARGET} alone, which is short for {@code @TARGET select}. */
@Command(name = "select", description = "run later lines on this line's target; same as @TARGET")
@Needs(Grant.OBSERVE)
@Example("@orders")
@Example("@orders select")
final class SelectCommand extends TargetCommand {

    @Override
    protected void run(Target target, Context context) {
        context.select(target);
        context.output().row(new Selected(target.id().toString(), target.name(), target.attached()));
    }

    record Selected(String target, String name, boolean attached) implements Row {
        @Override
        public String type() {
            return "selected";
        }
    }
}
