package io.halftone.io;

import io.halftone.io.gguf.GgufValue;
import io.halftone.io.gguf.GgufWriter;
import io.halftone.io.llama2c.Llama2cConfig;
import io.halftone.io.llama2c.Llama2cWriter;
import io.halftone.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a small file of a format, and stops for good after a number of pieces: the first line of
 * output says so. The process is then killed.
 */
final class InterruptibleWriters {
  /** Pieces in which a tensor is written. */
  static final int PIECES = 4;

  /** A number of pieces that no file has. */
  static final int NEVER = Integer.MAX_VALUE;

  private int left;

  private InterruptibleWriters(int pieces) {
    this.left = pieces;
  }

  enum Format {
    SAFETENSORS,
    GGUF,
    LLAMA2C
  }

  /** Arguments: format, target, pieces. */
  public static void main(String[] arguments) throws IOException {
    write(Format.valueOf(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
  }

  /** Writes a file; blocks for ever when so many pieces are written. */
  static void write(Format format, Path target, int pieces) throws IOException {
    InterruptibleWriters writers = new InterruptibleWriters(pieces);
    switch (format) {
      case SAFETENSORS -> SafetensorsWriter.stream(target, writers.matrices(), new TreeMap<>());
      case GGUF ->
          GgufWriter.write(
              target,
              Map.of("general.architecture", new GgufValue.Text("none")),
              writers.matrices());
      case LLAMA2C -> {
        Llama2cConfig config = new Llama2cConfig(4, 4, 1, 2, 2, 3, 2, true);
        Llama2cWriter.write(target, config, writers.checkpoint());
      }
    }
  }

  private List<TensorData> matrices() {
    List<TensorData> tensors = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tensors.add(tensor("t" + i, 32L, 32L));
    }
    return tensors;
  }

  private List<TensorData> checkpoint() {
    List<TensorData> tensors = new ArrayList<>();
    tensors.add(tensor("model.embed_tokens.weight", 3L, 4L));
    for (String norm : List.of("input_layernorm", "post_attention_layernorm")) {
      tensors.add(tensor("model.layers.0." + norm + ".weight", 4L));
    }
    for (String part : List.of("q", "k", "v", "o")) {
      tensors.add(tensor("model.layers.0.self_attn." + part + "_proj.weight", 4L, 4L));
    }
    for (String part : List.of("gate", "down", "up")) {
      tensors.add(tensor("model.layers.0.mlp." + part + "_proj.weight", 4L, 4L));
    }
    tensors.add(tensor("model.norm.weight", 4L));
    tensors.add(tensor("freq_cis_real", 2L, 1L));
    tensors.add(tensor("freq_cis_imag", 2L, 1L));
    return tensors;
  }

  private TensorData tensor(String name, Long... shape) {
    long bytes = Float.BYTES;
    for (long extent : shape) {
      bytes *= extent;
    }
    TensorEntry entry = new TensorEntry(name, "F32", List.of(shape), bytes);
    return TensorData.of(entry, out -> write(entry, out));
  }

  private void write(TensorEntry entry, WritableByteChannel out) throws IOException {
    for (int piece = 0; piece < PIECES; piece++) {
      if (left-- == 0) {
        stop();
      }
      byte[] bytes = new byte[(int) entry.bytes() / PIECES];
      Arrays.fill(bytes, (byte) (entry.name().length() + piece));
      TensorData.writeFully(out, ByteBuffer.wrap(bytes));
    }
  }

  private static void stop() throws IOException {
    System.out.println("stopped");
    System.out.flush();
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}
