package io.halftone.io.npy;

import io.halftone.io.MalformedFileException;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class NpyFuzzTest extends ReaderFuzzContract {
  static final List<String> WORDS =
      List.of(
          "(",
          ")",
          ",",
          "'descr'",
          "'shape'",
          "'fortran_order'",
          "True",
          "False",
          "'<f8'",
          "'>i2'",
          "'|b1'",
          "1, 1, 1, 1, ",
          "(),");

  @Override
  protected List<byte[]> originals() throws IOException {
    return List.of(
        NpyFileTest.npy(1, "<f4", false, "(2, 3)", new byte[24]),
        NpyFileTest.npy(2, ">i2", true, "(3, 2)", new byte[12]),
        NpyFileTest.npy(3, "|u1", false, "(5,)", new byte[5]));
  }

  @Override
  protected List<String> words() {
    return WORDS;
  }

  @Override
  protected void read(Path file) throws IOException {
    NpyFile.read(file);
    NpyFile.readArray(file).toFloats();
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected String fileName() {
    return "m.npy";
  }
}
