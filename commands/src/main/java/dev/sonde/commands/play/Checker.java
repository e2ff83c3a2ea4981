package dev.sonde.commands.play;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Durations;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.play.Playbook.OnFail;
import dev.sonde.commands.play.PlaybookError.Problem;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import dev.sonde.weave.plain.PlainType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a whole playbook before anything of it runs: lines through the commands' own declarations, names, types of
 * expressions. Goes down the steps once, and knows at each what the ones before have named.
 */
final class Checker {

    static final int MOST_ROUNDS = 10_000;
    private static final Set<String> SURE = Set.of("certain", "likely", "perhaps");
    private static final Pattern EXIT = Pattern.compile("\\bexit\\b");
    private static final PlainType TARGET =
            new PlainType.Fields("row.target", Map.of("name", PlainType.Simple.TEXT, "pid", PlainType.Simple.TEXT));

    private final Catalogue catalogue;
    private final Playbook playbook;
    private final List<Problem> problems = new ArrayList<>();
    private final Scope scope = new Scope(Map.of("target", TARGET), problems);
    private final Map<String, Object> known = new LinkedHashMap<>();
    private final Set<String> stepNames = new HashSet<>();
    private Grant needs = Grant.OBSERVE;
    private int number;

    private Checker(Catalogue catalogue, Playbook playbook) {
        this.catalogue = catalogue;
        this.playbook = playbook;
    }

    /**
     * Checks it for a run.
     *
     * @param given {@code key=value}, as they are typed
     * @throws UsageError when what is given does not fit its inputs
     * @throws PlaybookError with all that is wrong with it
     */
    static CheckedPlaybook check(Catalogue catalogue, Playbook playbook, List<String> given)
            throws UsageError, PlaybookError {
        Checker checker = new Checker(catalogue, playbook);
        checker.inputs();
        checker.given(given);
        return checker.steps();
    }

    /** The same before anybody runs it: an input without a value is whatever its type allows. */
    static CheckedPlaybook check(Catalogue catalogue, Playbook playbook) throws PlaybookError {
        Checker checker = new Checker(catalogue, playbook);
        checker.inputs();
        return checker.steps();
    }

    private void inputs() {
        for (Playbook.Input input : playbook.inputs()) {
            name("the input", input.name(), input.at());
            scope.add(input.name(), input.type().plain());
            input.preset().flatMap(input.type()::read).ifPresent(value -> known.put(input.name(), value));
        }
    }

    private void given(List<String> given) throws UsageError {
        Map<String, Playbook.Input> byName = playbook.inputs().stream()
                .collect(Collectors.toMap(Playbook.Input::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        for (String each : given) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            Playbook.Input input = byName.get(name);
            if (input == null || equals < 0) {
                String near = NearNames.suffix(name, byName.keySet());
                if (near.isEmpty() && equals < 0) {
                    near = command(name);
                }
                String inputs = byName.isEmpty() ? "; it has none" : "; it has " + String.join(", ", byName.keySet());
                throw UsageError.withoutUsage(
                        input == null
                                ? playbook.name() + " has no input called " + name + (near.isEmpty() ? inputs : near)
                                : name + ": no value is given; " + name + "="
                                        + input.type().sample() + " would be one");
            }
            String value = each.substring(equals + 1);
            known.put(
                    name,
                    input.type()
                            .read(value)
                            .orElseThrow(() -> UsageError.withoutUsage(name + ": '" + value + "' is not "
                                    + input.type().shown())));
        }
        for (Playbook.Input input : playbook.inputs()) {
            if (!known.containsKey(input.name())) {
                throw UsageError.withoutUsage(playbook.name() + " needs " + input.name() + "=…"
                        + (input.about().isEmpty() ? "" : ": " + input.about()));
            }
        }
    }

    /** Who types {@code play baseline sav orders} means the command {@code baseline save}. */
    private String command(String word) {
        String begin = playbook.name() + " ";
        List<String> words = catalogue.entries().stream()
                .map(Catalogue.Entry::name)
                .filter(name -> name.startsWith(begin))
                .map(name -> name.substring(begin.length()))
                .toList();
        return NearNames.of(word, words).stream()
                .findFirst()
                .map(near -> "; near: the command " + begin + near)
                .orElse("");
    }

    private CheckedPlaybook steps() throws PlaybookError {
        List<CheckedPlaybook.Step> steps = new ArrayList<>();
        List<Playbook.Step> written = playbook.steps();
        for (int i = 0; i < written.size(); i++) {
            steps.add(step(written.get(i), i, scope, scope));
        }
        Optional<Template> held = playbook.held().map(text -> Template.of(text, scope));
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt((Problem one) -> one.at().line())
                    .thenComparingInt(one -> one.at().column()));
            throw new PlaybookError(playbook.file(), problems);
        }
        return new CheckedPlaybook(playbook, new LinkedHashMap<>(known), steps, held, needs);
    }

    /** Notes a name that is taken, or is kept by the language. */
    private void name(String what, String name, At at) {
        if (Scope.TAKEN.contains(name)) {
            scope.wrong(at, what + " " + name + " has a name that means something else already");
        } else if (scope.has(name) || !stepNames.add(name)) {
            scope.wrong(at, what + " " + name + " has the name of something before it");
        }
    }

    /**
     * Checks one step, and adds what it names.
     *
     * @param before what it may name
     * @param after what those behind it may name: another one for steps that run at the same time
     */
    private CheckedPlaybook.Step step(Playbook.Step step, int index, Scope before, Scope after) {
        number++;
        form(step);
        String name = step.name().map(Written::text).orElse("step " + number);
        step.name().ifPresent(given -> {
            if (given.text().matches(PlaybookReader.NAME)) {
                name("the step", given.text(), given.at());
            } else {
                scope.wrong(given.at(), "name: has letters, digits and underscores, and begins with no digit");
            }
        });
        Optional<PlainExpression> when = step.when().flatMap(text -> before.condition("when", text));
        Optional<Template> ask = step.ask().map(text -> Template.of(text, before));
        Optional<PlainExpression> foreach = step.foreach().flatMap(before::expression);
        String as = step.as().map(Written::text).orElse("each");
        Scope inLine = foreach.isPresent() ? before.with(Map.of(as, element(step, foreach.get()))) : before;
        Optional<LineTemplate> line = step.line().flatMap(text -> LineTemplate.of(text, inLine, known, catalogue));
        line.ifPresent(parsed -> needs = needs.covers(parsed.needs()) ? needs : parsed.needs());
        List<CheckedPlaybook.Step> parallel = new ArrayList<>();
        Scope apart = before.with(Map.of()); // those of one group do not know each other
        for (Playbook.Step each : step.parallel()) {
            parallel.add(step(each, index, apart, after));
        }
        Scope own =
                (step.parallel().isEmpty() ? before : after).with(step.line().isPresent() ? result(line) : Map.of());
        Optional<PlainExpression> until = step.until().flatMap(text -> own.condition("until", text));
        Map<String, PlainExpression> let = new LinkedHashMap<>();
        Map<String, PlainType> named = new LinkedHashMap<>();
        step.let().forEach((key, text) -> {
            name("let:", key, text.at());
            own.expression(text).ifPresent(expression -> {
                let.put(key, expression);
                named.put(key, expression.type());
            });
            named.putIfAbsent(key, PlainType.Simple.ANY);
            own.add(key, named.getOrDefault(key, PlainType.Simple.ANY));
        });
        Optional<PlainExpression> expect = step.expect().flatMap(text -> own.condition("expect", text));
        CheckedPlaybook.Step checked = new CheckedPlaybook.Step(
                step.at(),
                name,
                step.name().isPresent(),
                when,
                line,
                foreach,
                as,
                count(step, inLine),
                duration("every", step.every(), inLine),
                until,
                duration("timeout", step.timeout(), inLine),
                let,
                expect,
                step.expect().map(text -> EXIT.matcher(text.text()).find()).orElse(false),
                step.onFail(),
                step.onFail() == OnFail.GOTO ? target(step, index) : 0,
                step.say().map(text -> Template.of(text, own)),
                step.sure().map(Written::text).orElse(null),
                step.next().map(text -> Template.of(text, own)),
                ask,
                parallel);
        named.forEach(after::add);
        if (step.name().isPresent()) {
            Map<String, PlainType> fields = new LinkedHashMap<>(result(line));
            fields.put("ran", PlainType.Simple.FLAG);
            fields.put("failed", PlainType.Simple.FLAG);
            after.add(name, new PlainType.Fields("step." + name, fields));
        }
        return checked;
    }

    /** What a step has of itself. */
    private static Map<String, PlainType> result(Optional<LineTemplate> line) {
        PlainType rows =
                new PlainType.Several(line.map(LineTemplate::row).orElse(new PlainType.Entries(PlainType.Simple.ANY)));
        Map<String, PlainType> names = new LinkedHashMap<>();
        names.put("rows", rows);
        names.put("last", rows);
        names.put("notices", new PlainType.Several(PlainType.Simple.TEXT));
        names.put("exit", PlainType.Simple.WHOLE);
        names.put("error", PlainType.Simple.TEXT);
        names.put("tookMs", PlainType.Simple.NUMBER);
        names.put("rounds", PlainType.Simple.WHOLE);
        return names;
    }

    /** What goes with what. */
    private void form(Playbook.Step step) {
        boolean line = step.line().isPresent();
        if (line && !step.parallel().isEmpty()) {
            scope.wrong(step.at(), "either line or parallel is accepted");
        }
        if (!line
                && step.parallel().isEmpty()
                && step.expect().isEmpty()
                && step.say().isEmpty()
                && step.ask().isEmpty()
                && step.let().isEmpty()) {
            scope.wrong(step.at(), "a step has one of line, parallel, expect, let, say, ask");
        }
        needsThe("line", line, "foreach", step.foreach());
        needsThe("line", line, "repeat", step.repeat());
        needsThe("line", line, "timeout", step.timeout());
        needsThe("repeat", step.repeat().isPresent(), "every", step.every());
        needsThe("repeat", step.repeat().isPresent(), "until", step.until());
        needsThe("foreach", step.foreach().isPresent(), "as", step.as());
        needsThe("say", step.say().isPresent(), "sure", step.sure());
        needsThe("say", step.say().isPresent(), "next", step.next());
        step.sure().ifPresent(sure -> {
            if (!SURE.contains(sure.text())) {
                scope.wrong(sure.at(), "sure: '" + sure.text() + "' is not one of certain, likely, perhaps");
            }
        });
        step.as().ifPresent(as -> {
            if (!as.text().matches(PlaybookReader.NAME) || Scope.TAKEN.contains(as.text()) || scope.has(as.text())) {
                scope.wrong(as.at(), "as: is no name, or one that means something else already");
            }
        });
    }

    private void needsThe(String other, boolean there, String key, Optional<Written> value) {
        if (value.isPresent() && !there) {
            scope.wrong(value.get().at(), key + ": stands with " + other);
        }
    }

    private PlainType element(Playbook.Step step, PlainExpression foreach) {
        if (foreach.type() instanceof PlainType.Several list) {
            return list.element();
        }
        if (foreach.type() != PlainType.Simple.ANY) {
            step.foreach()
                    .ifPresent(text -> scope.wrong(
                            text.at(), "foreach: is " + foreach.type().shown() + ", and not a list"));
        }
        return PlainType.Simple.ANY;
    }

    private int target(Playbook.Step step, int index) {
        String wanted = step.goTo().map(Written::text).orElse("");
        List<Playbook.Step> all = playbook.steps();
        for (int i = index + 1; i < all.size(); i++) {
            if (all.get(i).name().map(Written::text).equals(Optional.of(wanted))) {
                return i;
            }
        }
        step.goTo().ifPresent(text -> scope.wrong(text.at(), "on-fail: no step after this one is called " + wanted));
        return 0;
    }

    private Optional<Template> count(Playbook.Step step, Scope in) {
        Optional<Template> count = step.repeat().map(text -> Template.of(text, in));
        count.flatMap(this::now).ifPresent(value -> {
            if (rounds(value).isEmpty()) {
                step.repeat()
                        .ifPresent(text ->
                                scope.wrong(text.at(), "repeat: '" + value + "' is not a count from 1 to 10,000"));
            }
        });
        return count;
    }

    static Optional<Integer> rounds(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST_ROUNDS
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    private Optional<Template> duration(String key, Optional<Written> written, Scope in) {
        Optional<Template> template = written.map(text -> Template.of(text, in));
        template.flatMap(this::now).ifPresent(value -> {
            if (Durations.parse(value).filter(time -> !time.isZero()).isEmpty()) {
                written.ifPresent(text -> scope.wrong(
                        text.at(), key + ": '" + value + "' is not a duration such as 500ms, 30s, 5m or 1h"));
            }
        });
        return template;
    }

    /** What a text will be, when nothing in it waits for the run. */
    private Optional<String> now(Template template) {
        try {
            Map<String, @Nullable Object> values = new LinkedHashMap<>(known);
            return Optional.of(template.exact(values));
        } catch (ExpressionError e) {
            return Optional.empty();
        }
    }
}
