package io.halftone.io.llama2c;

import io.halftone.io.MalformedFileException;
import io.halftone.io.Vocabulary.Token;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class Llama2cTokenizerFuzzTest extends ReaderFuzzContract {
  private static final int SIZE = 261;

  @Override
  protected List<byte[]> originals() {
    return List.of(
        Llama2cFileTest.vocabulary(true).toByteArray(),
        Llama2cFileTest.vocabulary(false).toByteArray());
  }

  @Override
  protected void read(Path file) throws IOException {
    Llama2cTokenizer.read(file, SIZE).tokens().forEach(Token::bytes);
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected String fileName() {
    return "tokenizer.bin";
  }
}
