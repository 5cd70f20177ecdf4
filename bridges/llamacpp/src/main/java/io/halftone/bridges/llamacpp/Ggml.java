package io.halftone.bridges.llamacpp;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * ggml's own encoders and decoders of tensor blocks, in this process.
 *
 * <p>What Halftone's are compared with. The library is given finite weights and blocks it made
 * itself; files from elsewhere belong in a child process.
 */
public final class Ggml {
  private final NativeLibrary library;

  private Ggml(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Loads the library bundled with the binding, which knows the types up to TQ2_0.
   *
   * @throws IOException if there is none for this platform, or it cannot be unpacked
   */
  public static Ggml bundled() throws IOException {
    return of(BundledLibrary.load());
  }

  /**
   * Loads another build.
   *
   * @param file a shared library with ggml's functions
   * @throws IOException if it cannot be loaded
   */
  public static Ggml load(Path file) throws IOException {
    return of(BundledLibrary.load(file));
  }

  private static Ggml of(NativeLibrary library) {
    fillTables(library);
    return new Ggml(library);
  }

  /** The tables of binary16 values that ggml looks scales up in. */
  private static void fillTables(NativeLibrary library) {
    try {
      library.getFunction("llama_backend_init").invokeVoid(new Object[0]);
    } catch (UnsatisfiedLinkError e) {
      library.getFunction("ggml_quantize_init").invokeVoid(new Object[] {0});
    }
  }

  /**
   * Encodes weights without importance.
   *
   * @param type number of the type
   * @param weights finite, a whole number of blocks; read
   * @param bytes how many the blocks take
   */
  public byte[] encode(int type, float[] weights, int bytes) {
    Function encoder = library.getFunction("ggml_quantize_chunk");
    try (Memory source = floats(weights);
        Memory target = new Memory(bytes)) {
      long written =
          encoder.invokeLong(
              new Object[] {type, source, target, 0L, 1L, (long) weights.length, Pointer.NULL});
      if (written != bytes) {
        throw new IllegalArgumentException(
            "type " + type + " takes " + written + " bytes, not " + bytes);
      }
      return target.getByteArray(0, bytes);
    }
  }

  /**
   * Encodes the same weights whenever it is run, from and to memory outside the Java heap, which is
   * filled once: for measuring the encoder alone.
   *
   * @param type number of the type
   * @param weights finite, a whole number of blocks; copied
   * @param bytes how many the blocks take
   */
  public Runnable repeated(int type, float[] weights, int bytes) {
    Function encoder = library.getFunction("ggml_quantize_chunk");
    Memory source = floats(weights);
    Memory target = new Memory(bytes);
    Object[] arguments = {type, source, target, 0L, 1L, (long) weights.length, Pointer.NULL};
    return () -> {
      long written = encoder.invokeLong(arguments);
      if (written != bytes) {
        throw new IllegalStateException(
            "type " + type + " takes " + written + " bytes, not " + bytes);
      }
    };
  }

  /**
   * Decodes blocks.
   *
   * @param type name of the type in ggml's functions, such as {@code q4_K}
   * @param blocks read
   * @param count weights in them
   */
  public float[] decode(String type, byte[] blocks, int count) {
    try (Memory source = new Memory(blocks.length);
        Memory target = new Memory((long) count * Float.BYTES)) {
      source.write(0, blocks, 0, blocks.length);
      library
          .getFunction("dequantize_row_" + type)
          .invokeVoid(new Object[] {source, target, (long) count});
      return target.getFloatArray(0, count);
    }
  }

  private static Memory floats(float[] values) {
    Memory memory = new Memory((long) values.length * Float.BYTES);
    memory.write(0, values, 0, values.length);
    return memory;
  }
}
