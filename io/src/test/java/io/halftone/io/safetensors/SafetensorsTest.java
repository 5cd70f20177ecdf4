package io.halftone.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.WeightSink;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.Identity;
import io.halftone.io.codec.Codecs;
import io.halftone.io.pack.BitOrder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the files back with a decoder written from the format's specification alone. */
class SafetensorsTest {
  private static final int OUT = 13;
  private static final int IN = 96;

  @TempDir Path directory;

  private static QuantizedLinear layer(TensorScheme scheme) {
    SplittableRandom random = new SplittableRandom(7);
    CellLayout layout = scheme.granularity().layout(OUT, IN);
    short[] codes = new short[OUT * IN];
    int min = scheme.format().minCode();
    int max = scheme.format().maxCode();
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) random.nextInt(min, max + 1);
    }
    float[] scale = new float[layout.count()];
    float[] zero = new float[layout.count()];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = Formats.F16.round(random.nextInt(1, 100) / 64f);
      zero[i] =
          scheme.format() instanceof IntFormat format && format.signed()
              ? 0
              : random.nextInt(min, max + 1);
    }
    GridTensor tensor =
        new GridTensor(
            scheme,
            new Codes(OUT, IN, scheme.format().bits(), codes),
            new Grid(layout, scale, zero));
    return new QuantizedLinear(
        "model.fc",
        new Identity(IN),
        List.of(new Branch(Schemes.FULL, tensor)),
        new float[0],
        new Outcome.DataFree());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8})
  void decodesToTheSameValuesWithGroups(int bits) throws IOException {
    check(layer(Schemes.grouped(bits, 32)), bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 8})
  void decodesToTheSameValuesPerChannel(int bits) throws IOException {
    check(layer(Schemes.perChannel(bits)), bits);
  }

  private void check(QuantizedLinear layer, int bits) throws IOException {
    Path file = directory.resolve("layer.safetensors");
    LayerCodec codec = Codecs.packQuantized(BitOrder.WHOLE_FIELD_WORDS);
    try (WeightSink sink = Safetensors.create(file, codec)) {
      sink.write(layer);
      assertFalse(Files.exists(file), "nothing appears before the file is complete");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong(0));
    assertEquals(0, length % 8);
    JsonNode header =
        new ObjectMapper().readTree(new String(bytes.array(), 8, length, StandardCharsets.UTF_8));
    ByteBuffer packed = tensor(bytes, header, length, "model.fc.weight_packed");
    ByteBuffer scale = tensor(bytes, header, length, "model.fc.weight_scale");
    boolean half = header.get("model.fc.weight_scale").get("dtype").asText().equals("F16");
    boolean offset = header.has("model.fc.weight_zero_point");
    int groups = header.get("model.fc.weight_scale").get("shape").get(1).asInt();
    int perWord = 32 / bits;
    int words = (IN + perWord - 1) / perWord;
    float[] decoded = new float[OUT * IN];
    for (int r = 0; r < OUT; r++) {
      for (int c = 0; c < IN; c++) {
        int cell = r * groups + c / (IN / groups);
        int code =
            packed.getInt(4 * (r * words + c / perWord)) >>> (bits * (c % perWord))
                & ((1 << bits) - 1);
        int zero = 1 << (bits - 1);
        if (offset) {
          ByteBuffer zeros = tensor(bytes, header, length, "model.fc.weight_zero_point");
          int word = zeros.getInt(4 * (r / perWord * groups + c / (IN / groups)));
          zero = word >>> (bits * (r % perWord)) & ((1 << bits) - 1);
        }
        float step =
            half
                ? Formats.F16.decode(Short.toUnsignedInt(scale.getShort(2 * cell)))
                : scale.getFloat(4 * cell);
        decoded[r * IN + c] = (code - zero) * step;
      }
    }
    assertArrayEquals(layer.decode().data(), decoded);
    assertEquals(OUT, tensor(bytes, header, length, "model.fc.weight_shape").getLong(0));
  }

  private static ByteBuffer tensor(
      ByteBuffer file, JsonNode header, int headerLength, String name) {
    JsonNode offsets = header.get(name).get("data_offsets");
    int begin = 8 + headerLength + offsets.get(0).asInt();
    return file.slice(begin, offsets.get(1).asInt() - offsets.get(0).asInt())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void packsThePublishedGoldenWords() {
    short[] codes = {-8, -7, -1, 0, 1, 2, 6, 7, 3};
    TensorScheme scheme = Schemes.perChannel(4);
    Grid grid = new Grid(scheme.granularity().layout(1, 9), new float[] {1}, new float[] {0});
    GridTensor tensor = new GridTensor(scheme, new Codes(1, 9, 4, codes), grid);
    QuantizedLinear layer =
        new QuantizedLinear(
            "l",
            new Identity(9),
            List.of(new Branch(Schemes.FULL, tensor)),
            new float[0],
            new Outcome.DataFree());
    ByteBuffer packed = Codecs.compressedTensors().encode(layer).get(0).data();
    assertEquals(0xFEA98710, packed.getInt(0));
    assertEquals(0x0000000B, packed.getInt(4));
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    LayerCodec codec = Codecs.compressedTensors();
    float[] factor = new float[IN];
    java.util.Arrays.fill(factor, 2);
    QuantizedLinear online = layer(Schemes.grouped(4, 32)).withOnline(new Diagonal(factor));
    assertFalse(codec.canEncode(online));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> codec.encode(online));
    assertTrue(refusal.getMessage().contains("model.fc"), refusal.getMessage());
  }
}
