package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * stories15M through {@code convert} and {@code verify}.
 *
 * <p>Properties: {@code halftone.stories15m} is the checkpoint, with {@code tokenizer.bin} beside
 * it; {@code halftone.stories15m.tokens} an int32 .npy file [rows, 256] of sequences, of which rows
 * 128 and 129 are read. Run by {@code mvn test -pl cli -am -Dtest=Stories15mConversionTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dhalftone.stories15m=FILE
 * -Dhalftone.stories15m.tokens=FILE}.
 */
@Tag("stories15m")
@EnabledIfSystemProperty(named = "halftone.stories15m", matches = ".+")
@EnabledIfSystemProperty(named = "halftone.stories15m.tokens", matches = ".+")
class Stories15mConversionTest {
  private static final int FIRST_ROW = 128;
  private static final int LENGTH = 256;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "q8_0", "q4_0", "q4_k", "q6_k", "q2_k"})
  void llamaCppAgreesWithWhatWasConverted(String type) throws IOException {
    Path file = directory.resolve("m.gguf");
    JsonNode written =
        CommandRun.of(
                "convert",
                System.getProperty("halftone.stories15m"),
                file,
                "--to",
                "gguf-" + type,
                "--json")
            .json();
    assertEquals(32_000, written.get("tokens").intValue());
    assertEquals(type.equals("f32"), written.get("lossless").booleanValue());
    JsonNode verified =
        CommandRun.of("verify", file, "--with", "llama.cpp", "--inputs", sequences(), "--json")
            .json();
    assertEquals(2 * LENGTH, verified.get("positions").intValue());
    assertTrue(verified.get("agrees").booleanValue(), verified::toString);
    assertTrue(verified.get("meanDivergence").doubleValue() <= 1e-3, verified::toString);
    assertTrue(verified.get("topShare").doubleValue() >= 0.99, verified::toString);
  }

  private Path sequences() throws IOException {
    long[] all =
        NpyFile.readArray(Path.of(System.getProperty("halftone.stories15m.tokens"))).toLongs();
    int from = FIRST_ROW * LENGTH;
    int[] ids = Arrays.stream(all, from, from + 2 * LENGTH).mapToInt(Math::toIntExact).toArray();
    Path file = directory.resolve("tokens.npy");
    NpyFile.write(file, NpyArray.ofInts(ids, 2, LENGTH));
    return file;
  }
}
