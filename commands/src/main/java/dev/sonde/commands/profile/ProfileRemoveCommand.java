package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code profile rm}: lets profiles go. */
@Command(name = "profile rm", description = "let profiles go; their numbers are not given again")
@Needs(Grant.OBSERVE)
@Example("profile rm 3")
final class ProfileRemoveCommand extends BaseCommand {

    @Parameters(index = "0..*", arity = "1..*", paramLabel = "PROFILE", description = "their numbers")
    private List<String> numbers = List.of();

    @Override
    public void check() throws UsageError {
        for (String number : numbers) {
            Chosen.number(number);
        }
    }

    @Override
    public void run(Context context) throws UsageError, TargetError {
        ProfileStore profiles = context.profiles();
        try {
            for (String number : numbers) {
                Chosen.find(profiles, Chosen.number(number));
            }
            for (String number : numbers) {
                profiles.remove(Chosen.number(number));
            }
            context.output().notice(numbers.size() == 1 ? "1 profile is gone" : numbers.size() + " profiles are gone");
        } catch (IOException e) {
            throw new TargetError("the profiles cannot be removed: " + e.getMessage(), e);
        }
    }
}
