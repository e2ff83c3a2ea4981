package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code profile import}: keeps under a number what another program wrote. It comes on the standard input ({@code ssh bastion
 * profile import < cpu.jfr}), or lies in the login's folder on the server; a line can read no other file.
 */
@Command(
        name = "profile import",
        description = "keep what another program wrote: a recording of JFR, a profile of pprof, collapsed stacks")
@Needs(Grant.OBSERVE)
@Example("profile import place.collapsed --name before")
final class ProfileImportCommand extends BaseCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "its name in your folder of the server's recordings; else it comes on the standard input")
    private Optional<String> file = Optional.empty();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "of a recording that has several: which; else the first that it has")
    private Optional<Kind> kind = Optional.empty();

    @Option(names = "--name", paramLabel = "N", description = "what to call it in profile list")
    private Optional<String> name = Optional.empty();

    @Override
    public void check() throws UsageError {
        ProfileCommand.checkName(name);
    }

    @Override
    public void run(Context context) throws TargetError {
        try {
            Profile read = Chosen.file(context, file.orElse("-"), kind);
            Description about =
                    read.description().named(name.orElse(read.description().name()));
            // Of what does not say when it began, it is known when it came.
            Profile named = read.described(
                    about.start().equals(Instant.EPOCH) ? about.lasting(Instant.now(), about.duration()) : about);
            long number = Keeping.keep(context.profiles(), named, false);
            Chosen chosen = new Chosen("#" + number, named, Chosen.wholes(named), Optional.empty());
            context.output().row(DescriptionRow.of(chosen));
            context.output().notice(Keeping.kept(number, named));
        } catch (IOException e) {
            throw new TargetError(file.orElse("what came") + " cannot be read: " + e.getMessage(), e);
        }
    }
}
