package dev.sonde.exploration.drivers;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonSerializer;
import com.google.gson.annotations.Expose;
import com.google.gson.annotations.SerializedName;
import com.google.gson.annotations.Since;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Gson: objects there and back, trees, streams, adapters, malformed input. */
@SuppressWarnings("JavaUtilDate") // a date of its own is what the library is asked for
public final class GsonDriver {

    private GsonDriver() {}

    enum Colour {
        @SerializedName("r")
        RED,
        GREEN
    }

    static class Base {
        @Since(1.1)
        String note = "n";

        transient int hidden = 7;
    }

    static class Order extends Base {
        @Expose
        long id;

        @SerializedName(value = "the_items", alternate = "items")
        List<Item> items = new ArrayList<>();

        Map<String, Colour> colours = new LinkedHashMap<>();
        double[][] grid = {{1.5, 2}, {}};
        Character letter = 'ü';
        BigDecimal price = new BigDecimal("12.340");
        AtomicInteger counter = new AtomicInteger(3);
    }

    record Item(String name, int count) {}

    public static void main(String[] args) throws Exception {
        Gson plain = new Gson();
        Gson rich = new GsonBuilder()
                .setPrettyPrinting()
                .serializeNulls()
                .setVersion(1.0)
                .enableComplexMapKeySerialization()
                .serializeSpecialFloatingPointValues()
                .setDateFormat("yyyy-MM-dd")
                .registerTypeAdapter(
                        Date.class, (JsonSerializer<Date>) (date, type, context) -> context.serialize(date.getTime()))
                .create();
        for (int i = 0; i < 60; i++) {
            Order order = new Order();
            order.id = i;
            for (int n = 0; n < i % 7; n++) {
                order.items.add(new Item("item \"" + n + "\" \u2028", n));
            }
            order.colours.put("a" + i, i % 2 == 0 ? Colour.RED : Colour.GREEN);
            String text = plain.toJson(order);
            Order back = plain.fromJson(text, Order.class);
            String again = rich.toJson(back);
            if (i % 10 == 0) {
                System.out.println(text);
                System.out.println(again.length() + " " + Objects.hash(again));
            }
        }
        Map<Colour, List<Integer>> map = new EnumMap<>(Colour.class);
        map.put(Colour.RED, List.of(1, 2));
        System.out.println(rich.toJson(map));
        System.out.println(
                plain.fromJson("{'x':[1,2.5,{'y':null}]}", new TypeToken<Map<String, List<Object>>>() {}.getType())
                        .toString());
        JsonElement tree = JsonParser.parseString("{\"a\":{\"b\":[true,false,null,1e3,\"z\"]}}");
        JsonObject object = tree.getAsJsonObject();
        object.addProperty("more", 5);
        System.out.println(object + " " + object.deepCopy().equals(object) + " "
                + (object.get("a").hashCode() == object.get("a").deepCopy().hashCode()));
        System.out.println(rich.toJson(new Object[] {Double.NaN, new Date(0), Float.MAX_VALUE, new int[0]}));
        for (String wrong :
                List.of("{", "[1,", "{\"a\" 1}", "nul", "[1 2]", "{\"id\":\"x\"}", "\"\\u12\"", "[[[[[", "{a:1,}")) {
            try {
                System.out.println(plain.toJson(plain.fromJson(wrong, Order.class)));
            } catch (JsonParseException e) {
                System.out.println(wrong + ": " + e.getMessage());
            }
        }
        stream();
    }

    private static void stream() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setIndent(" ");
            writer.beginObject();
            for (int i = 0; i < 20; i++) {
                writer.name("n" + i)
                        .beginArray()
                        .value(i)
                        .value(i / 3.0)
                        .value("x\t" + i)
                        .nullValue()
                        .endArray();
            }
            writer.endObject();
        }
        long hash = 0;
        try (JsonReader reader = new JsonReader(new StringReader(text.toString()))) {
            for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
                hash = hash * 31 + token.name().hashCode();
                switch (token) {
                    case BEGIN_OBJECT -> reader.beginObject();
                    case END_OBJECT -> reader.endObject();
                    case BEGIN_ARRAY -> reader.beginArray();
                    case END_ARRAY -> reader.endArray();
                    case NAME -> hash += reader.nextName().length();
                    case NUMBER -> hash += Double.hashCode(reader.nextDouble());
                    default -> reader.skipValue();
                }
            }
            System.out.println(hash + " " + reader.getPath());
        }
    }
}
