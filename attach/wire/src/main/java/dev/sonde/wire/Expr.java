package dev.sonde.wire;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * An expression as a typed tree: what the bastion's checker made of the text, and what the agent turns into method
 * handles. The agent never sees text to parse.
 *
 * <p>Every node has a {@link #kind}. {@code int}, {@code short}, {@code byte} and {@code long} are LONG; {@code float} and
 * {@code double} are DOUBLE; {@code boolean} is BOOL; all else is OBJECT: a {@code char} and a {@code String} are strings,
 * boxes of numbers act as the number they hold, an enum compares equal to its name, {@code null} is null. Where a node of
 * kind LONG, DOUBLE or BOOL stands over a child of kind OBJECT, the agent unboxes it and it is an error if it is something
 * else. A node over two kinds (LONG and DOUBLE) compares numerically across them.
 *
 * <p>An error (a null dereferenced, an index out of range, a division by zero, an overflow, a step limit) ends the
 * evaluation and is counted. {@link #AND} and {@link #OR} evaluate from the left and stop as soon as the answer is known.
 */
public final class Expr {

    // ---- kinds
    public static final int LONG = 1;
    public static final int DOUBLE = 2;
    public static final int BOOL = 3;
    public static final int OBJECT = 4;

    // ---- leaves
    /** {@link #number}. Kind LONG or BOOL (0, 1). */
    public static final int CONST_LONG = 1;
    /** {@link #number} as raw bits. Kind DOUBLE. */
    public static final int CONST_DOUBLE = 2;
    /** {@link #text}. Kind OBJECT. */
    public static final int CONST_STRING = 3;

    public static final int NULL = 4;
    public static final int THIS = 5;
    /** Argument {@link #number}, from 0. */
    public static final int ARG = 6;
    /** All arguments as a list; only under INDEX with an index that is not constant, SIZE, IN and the macros. */
    public static final int ARGS = 7;

    public static final int RESULT = 8;
    public static final int ERROR = 9;
    /** Milliseconds, kind DOUBLE. On entry it is 0. */
    public static final int COST = 10;
    /** The name of the thread. */
    public static final int THREAD = 11;
    /** Frames on the stack from the probed method down to the thread's first. Kind LONG. */
    public static final int DEPTH = 12;
    /** The variable {@link #number} that an enclosing macro has bound. */
    public static final int ITER = 13;

    /**
     * Whether the request that the thread works for has {@link #text} among its values ({@link ContextSource}); of one that
     * reads as a W3C {@code traceparent}, its trace id counts too. Kind BOOL.
     */
    public static final int IN_CONTEXT = 14;

    // ---- reading
    /** Field {@link #text} of the child; declared in {@link #owner} (a class name) with descriptor {@link #desc}. */
    public static final int FIELD = 20;
    /** Static field {@link #text} of {@link #owner} with descriptor {@link #desc}. Must be initialised already. */
    public static final int STATIC_FIELD = 21;
    /**
     * Field {@link #text} of whatever class the child turns out to be; a map is read by key; a record's accessor or trivial
     * getter of that name is the bastion's business, not the agent's. {@code length} of an array is its length.
     */
    public static final int MEMBER = 22;
    /** Whether the child has a member {@link #text} that is not null (or, for a map, the key). Kind BOOL. */
    public static final int HAS = 23;
    /** child[0][child[1]] for arrays, lists and maps. */
    public static final int INDEX = 24;
    /** Length or number of elements of a string, array, collection or map. Kind LONG. */
    public static final int SIZE = 25;
    /** Whether child[0] is an element of array or collection child[1], or a key of map child[1]. Kind BOOL. */
    public static final int IN = 26;
    /** A list of the children. */
    public static final int LIST = 27;
    /** The value of an Optional; an error where it is empty. */
    public static final int OPTIONAL_VALUE = 28;
    /** Whether an Optional holds a value. Kind BOOL. */
    public static final int OPTIONAL_HAS = 29;

    // ---- arithmetic: kind LONG (exact, overflow is an error), DOUBLE, or OBJECT (decided at run time)
    /** Also joins two strings or two lists (kind OBJECT). */
    public static final int ADD = 40;

    public static final int SUB = 41;
    public static final int MUL = 42;
    public static final int DIV = 43;
    public static final int MOD = 44;
    public static final int NEG = 45;

    // ---- comparison, kind BOOL
    public static final int EQ = 50;
    public static final int NE = 51;
    public static final int LT = 52;
    public static final int LE = 53;
    public static final int GT = 54;
    public static final int GE = 55;

    // ---- logic
    public static final int AND = 60;
    public static final int OR = 61;
    public static final int NOT = 62;
    /** child[0] ? child[1] : child[2] */
    public static final int IF = 63;

    // ---- macros: child[0] is the range (array, collection; a map gives its keys), {@link #number} the ITER they bind
    public static final int EXISTS = 70;
    public static final int ALL = 71;
    public static final int EXISTS_ONE = 72;
    public static final int FILTER = 73;
    /** child[1] is the condition (or a true constant), child[2] the value. */
    public static final int MAP = 74;

    /**
     * A function of {@link #text} over the children, the receiver first: {@code contains, startsWith, endsWith, matches,
     * indexOf, lastIndexOf, substring, charAt, lowerAscii, upperAscii, trim, replace, split, join} on strings, the
     * conversions {@code int, double, string, bool}, and {@code className}, the name of an object's class.
     */
    public static final int CALL = 80;

    /** The most nodes that one expression may have; the bastion refuses longer ones, the agent does too. */
    public static final int MAX_NODES = 2_000;

    /** The deepest tree. */
    public static final int MAX_DEPTH = 100;

    public final int op;
    public final int kind;
    public final long number;
    public final String text;
    /** As {@link Class#getName()} gives it. */
    public final String owner;

    public final String desc;
    public final List<Expr> children;

    public Expr(int op, int kind, long number, String text, String owner, String desc, List<Expr> children) {
        this.op = op;
        this.kind = kind;
        this.number = number;
        this.text = text;
        this.owner = owner;
        this.desc = desc;
        this.children = Collections.unmodifiableList(Arrays.asList(children.toArray(new Expr[0])));
    }

    /** A node with children only. */
    public static Expr of(int op, int kind, Expr... children) {
        return new Expr(op, kind, 0, "", "", "", Arrays.asList(children));
    }

    /** A node with a number, such as a constant or an argument. */
    public static Expr ofNumber(int op, int kind, long number, Expr... children) {
        return new Expr(op, kind, number, "", "", "", Arrays.asList(children));
    }

    /** A node with a text, such as a string or a member. */
    public static Expr ofText(int op, int kind, String text, Expr... children) {
        return new Expr(op, kind, 0, text, "", "", Arrays.asList(children));
    }

    /** Whether this node or one below it is of the given op. */
    public boolean mentions(int wanted) {
        if (op == wanted) {
            return true;
        }
        for (Expr child : children) {
            if (child.mentions(wanted)) {
                return true;
            }
        }
        return false;
    }

    public void write(WireWriter out) {
        out.u1(op).u1(kind).i8(number).string(text).string(owner).string(desc).u1(children.size());
        for (Expr child : children) {
            child.write(out);
        }
    }

    /** Reads a tree; one beyond {@link #MAX_NODES} or {@link #MAX_DEPTH} is a {@link WireException}. */
    public static Expr read(WireReader in) {
        return read(in, new int[] {MAX_NODES}, MAX_DEPTH);
    }

    private static Expr read(WireReader in, int[] nodesLeft, int depthLeft) {
        if (--nodesLeft[0] < 0 || depthLeft == 0) {
            throw new WireException("expression too large");
        }
        int op = in.u1();
        int kind = in.u1();
        if (kind < LONG || kind > OBJECT) {
            throw new WireException("kind " + kind);
        }
        long number = in.i8();
        String text = in.string();
        String owner = in.string();
        String desc = in.string();
        Expr[] children = new Expr[in.u1()];
        for (int i = 0; i < children.length; i++) {
            children[i] = read(in, nodesLeft, depthLeft - 1);
        }
        return new Expr(op, kind, number, text, owner, desc, Arrays.asList(children));
    }
}
