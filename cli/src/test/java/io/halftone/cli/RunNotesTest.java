package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunNotesTest {
  private final List<String> said = new ArrayList<>();

  @Test
  void extrapolatesToADeeperModel() {
    RunNotes notes = new RunNotes(said::add, OptionalInt.of(32));
    notes.block(1, 2, 39);
    notes.block(2, 2, 41);
    assertEquals(
        List.of(
            "block 1 of 2: 39.0 s, about 39 s to go",
            "block 2 of 2: 41.0 s",
            "2 of 2 blocks quantized now, 40.0 s a block; 32 such blocks: 21 min"),
        said);
  }

  @Test
  void countsOnlyTheBlocksOfThisRun() {
    RunNotes notes = new RunNotes(said::add, OptionalInt.empty());
    notes.block(3, 3, 8);
    assertEquals(
        List.of("block 3 of 3: 8.0 s", "1 of 3 blocks quantized now, 8.0 s a block"), said);
  }
}
