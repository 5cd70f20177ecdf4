package io.halftone.io.gguf;

import io.halftone.io.LittleEndianBytes;
import io.halftone.io.MalformedFileException;
import io.halftone.io.ReadTensors;
import io.halftone.io.Vocabulary.Token;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

class GgufFuzzTest extends ReaderFuzzContract {
  @Override
  protected List<byte[]> originals() {
    LittleEndianBytes vocabulary = start(0, 6);
    vocabulary.longText("tokenizer.ggml.model").i32(8).longText("llama");
    vocabulary.longText("tokenizer.ggml.tokens").i32(9).i32(8).i64(2);
    vocabulary.longText("<unk>").longText("<0x0A>");
    vocabulary.longText("tokenizer.ggml.scores").i32(9).i32(6).i64(2).f32(0, -3);
    vocabulary.longText("tokenizer.ggml.token_type").i32(9).i32(5).i64(2).i32(2, 6);
    vocabulary.longText("b").i32(7).i8(1);
    vocabulary.longText("d").i32(12).i64(Double.doubleToLongBits(0.1));
    LittleEndianBytes tensors = start(3, 1);
    tensors.longText("general.alignment").i32(4).i32(16);
    tensors.longText("w").i32(2).i64(32, 2).i32(8).i64(0);
    tensors.longText("f").i32(2).i64(2, 2).i32(0).i64(80);
    tensors.longText("v").i32(1).i64(3).i32(1).i64(96);
    tensors.alignTo(16).zeros(80 + 16 + 6);
    return List.of(start(0, 0).toByteArray(), vocabulary.toByteArray(), tensors.toByteArray());
  }

  private static LittleEndianBytes start(long tensors, long pairs) {
    return new LittleEndianBytes().text("GGUF").i32(3).i64(tensors, pairs);
  }

  @Override
  protected List<String> words() {
    return List.of("GGUF", "general.alignment", "tokenizer.ggml.tokens");
  }

  @Override
  protected void read(Path file) throws IOException {
    try (GgufFile gguf = GgufFile.open(file)) {
      ReadTensors.all(gguf);
      gguf.vocabulary().ifPresent(vocabulary -> vocabulary.tokens().forEach(Token::bytes));
    }
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected Pattern place() {
    return Pattern.compile("offset \\d+|tokenizer\\.ggml");
  }

  @Override
  protected String fileName() {
    return "m.gguf";
  }
}
