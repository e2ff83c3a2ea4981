package dev.sonde.commands.code;

import dev.sonde.commands.ByteSize;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.debug.AtStop;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.Statics;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fields}: what the static fields of a class hold now. */
@Command(
        name = "fields",
        description =
                "show what the static fields of a class hold now; without one, those of this where the thread stands")
@Needs(Grant.INSTRUMENT)
@Gives(StaticsRow.class)
@Example("fields OrderService")
@Example("fields shop.OrderService 'DISCOUNTS.size()' MOST_QUANTITY")
@Example("fields")
final class FieldsCommand extends TargetCommand {

    /** Reading all fields of a class is one look, and no call waits for it. */
    private static final int MICROS = 20_000;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CLASS",
            description =
                    "its name, simple or qualified; * and ? stand for anything; without it: where the thread stands")
    private Optional<String> glob = Optional.empty();

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "EXPR",
            description = "show these instead: static fields by name, and fields of these")
    private List<String> expressions = List.of();

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Option(
            names = "--depth",
            paramLabel = "D",
            description = "levels of objects shown below a value",
            defaultValue = "2")
    private int depth;

    @Option(names = "--max-fields", paramLabel = "N", description = "fields shown of an object", defaultValue = "20")
    private int fields;

    @Option(
            names = "--max-elements",
            paramLabel = "N",
            description = "elements shown of an array, list or map",
            defaultValue = "20")
    private int elements;

    @Option(names = "--max-chars", paramLabel = "N", description = "characters shown of a string", defaultValue = "256")
    private int chars;

    @Option(names = "--max-bytes", paramLabel = "SIZE", description = "size of all as captured", defaultValue = "64k")
    private ByteSize bytes = new ByteSize(64 << 10);

    @Override
    public void check() throws UsageError {
        if (glob.isEmpty() && loader.isPresent()) {
            throw new UsageError("--loader: is of a CLASS, and none is named");
        }
        check("--depth", depth, 0, 32);
        check("--max-fields", fields, 1, 10_000);
        check("--max-elements", elements, 1, 100_000);
        check("--max-chars", chars, 1, 1_000_000);
        check("--max-bytes", bytes.bytes(), 1 << 10, 512 << 10);
    }

    private static void check(String option, long value, long least, long most) throws UsageError {
        if (value < least || value > most) {
            throw new UsageError(option + ": '" + value + "' is not between " + least + " and " + most);
        }
    }

    @Override
    public Grant needs(Grant declared) {
        return glob.isPresent() ? declared : Grant.SUSPEND;
    }

    @Override
    protected void run(Target target, Context context) throws TargetError, ExpressionError, InterruptedException {
        Limits limits = new Limits(depth, fields, elements, chars, (int) bytes.bytes(), MICROS);
        if (glob.isEmpty()) {
            AtStop.fields(target, context, limits);
            return;
        }
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        Statics statics = target.code().statics(new ClassChoice(glob.get(), loader), expressions, limits);
        statics.notices().forEach(output::notice);
        output.row(new StaticsRow(statics.className(), statics.loader(), statics.values()));
    }
}
