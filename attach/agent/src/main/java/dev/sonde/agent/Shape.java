package dev.sonde.agent;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Where things stand in the parameters of one hook of one method; -1 for what is not there. References are erased to Object,
 * so a shape names no class of the application.
 */
final class Shape {

    static final int ENTER = 0;
    static final int CLOCK = 1;
    static final int RETURN = 2;
    static final int THROW = 3;
    /** The one hook of a spot: what {@link #ENTER} is to a method, but it answers nothing. */
    static final int LINE = 4;
    /** Instead of it, where variables can be set: answers whether values are to be taken. */
    static final int STAND = 5;
    /** Takes them; of no site. */
    static final int TAKE = 6;

    static final int HOOKS = 7;

    /** One of {@link ProbePlan#ON_ENTRY}…; what this hook reports. */
    final int event;

    final MethodType type;
    final int self;
    /** The result or the error. */
    final int outcome;

    final int bits;
    final int start;
    final int firstArgument;
    final int arguments;

    private Shape(int event, Site site) {
        List<Class<?>> parameters = new ArrayList<>();
        List<Class<?>> declared = parse(site.descriptor);
        Class<?> result = declared.remove(declared.size() - 1);
        this.event = event;
        Class<?> out =
                event == ProbePlan.ON_THROW ? Throwable.class : event == ProbePlan.ON_RETURN ? result : void.class;
        outcome = out == void.class ? -1 : 0;
        if (outcome == 0) {
            parameters.add(out);
        }
        boolean exit = event != ProbePlan.ON_ENTRY;
        bits = exit ? parameters.size() : -1;
        start = exit ? bits + 1 : -1;
        if (exit) {
            parameters.add(long.class);
            parameters.add(long.class);
        }
        boolean object = !site.isStatic && (exit || !site.isConstructor());
        self = object ? parameters.size() : -1;
        if (object) {
            parameters.add(Object.class);
        }
        firstArgument = parameters.size();
        arguments = declared.size();
        parameters.addAll(declared);
        type = MethodType.methodType(exit ? void.class : long.class, parameters);
    }

    /** The shapes of a method's hooks by number; {@link #CLOCK}'s needs none. */
    static Shape of(int hook, Site site) {
        return new Shape(
                hook == ENTER ? ProbePlan.ON_ENTRY : hook == RETURN ? ProbePlan.ON_RETURN : ProbePlan.ON_THROW, site);
    }

    /** The number of a hook by its name in woven code; -1 for one that this agent does not know. */
    static int hook(String name) {
        if (name.equals("enter")) {
            return ENTER;
        }
        if (name.equals("clock")) {
            return CLOCK;
        }
        if (name.equals("return")) {
            return RETURN;
        }
        if (name.equals("line")) {
            return LINE;
        }
        if (name.equals("stand")) {
            return STAND;
        }
        if (name.equals("take")) {
            return TAKE;
        }
        return name.equals("throw") ? THROW : -1;
    }

    /** Parameters and, last, the result of a descriptor, erased. */
    private static List<Class<?>> parse(String descriptor) {
        List<Class<?>> types = new ArrayList<>();
        int at = 1;
        while (at < descriptor.length()) {
            char c = descriptor.charAt(at);
            if (c == ')') {
                at++;
                continue;
            }
            int from = at;
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            at = descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
            types.add(at - from == 1 ? primitive(c) : Object.class);
        }
        return types;
    }

    static Class<?> primitive(char c) {
        switch (c) {
            case 'Z':
                return boolean.class;
            case 'B':
                return byte.class;
            case 'C':
                return char.class;
            case 'S':
                return short.class;
            case 'I':
                return int.class;
            case 'J':
                return long.class;
            case 'F':
                return float.class;
            case 'D':
                return double.class;
            case 'V':
                return void.class;
            default:
                return Object.class;
        }
    }
}
