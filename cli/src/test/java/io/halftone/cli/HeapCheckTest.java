package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.MemoryEstimate;
import io.halftone.calibration.decoder.DecoderMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapCheckTest {
  private static final MemoryEstimate ESTIMATE =
      new MemoryEstimate(200L << 20, 20L << 20, 100L << 20, 93L << 20, 50L << 20);

  @Test
  void saysWhatIsNeededBeforeTheRun() {
    List<String> notes = new ArrayList<>();
    HeapCheck.require(ESTIMATE, 7L << 20, 364L << 20, notes::add);
    assertEquals(List.of("needs about 364 MiB of heap, 364 MiB are available"), notes);
  }

  @Test
  void refusesWithTheNumberAndTheAdvice() {
    InputException refusal =
        assertThrows(
            InputException.class,
            () -> HeapCheck.require(ESTIMATE, 7L << 20, 363L << 20, note -> {}));
    assertTrue(refusal.getMessage().contains("364 MiB"), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("HALFTONE_JAVA_OPTS=-Xmx364m"), refusal::getMessage);
  }

  @Test
  void namesThePartsOfALanguageModel() {
    DecoderMemory memory = new DecoderMemory(80L << 20, 210L << 20, 20L << 20, 10L << 20, 1 << 20);
    InputException refusal =
        assertThrows(InputException.class, () -> HeapCheck.require(memory, 363L << 20, note -> {}));
    String message = refusal.getMessage();
    assertTrue(message.contains("364 MiB") && message.contains("weights of a block 80"), message);
    assertTrue(message.contains("fewer tokens"), message);
    HeapCheck.require(memory, 364L << 20, note -> {});
  }
}
