package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.io.pack.BitOrder;
import java.util.List;
import java.util.Optional;

/** The layer codecs of the library. */
public final class Codecs {
  private Codecs() {}

  /**
   * compressed-tensors, format pack-quantized: integer weights of 2 to 8 bits, in groups or whole
   * rows; packed as releases since June 2026 do, which only matters for 3, 5, 6 and 7 bits.
   */
  public static LayerCodec compressedTensors() {
    return packQuantized(BitOrder.WORDS);
  }

  /**
   * compressed-tensors, format pack-quantized, with the packing of a release.
   *
   * @param packing {@link BitOrder#WORDS}, or {@link BitOrder#WHOLE_FIELD_WORDS} for releases up to
   *     June 2026
   */
  public static LayerCodec packQuantized(BitOrder packing) {
    return new PackQuantized(packing);
  }

  /** compressed-tensors, format int-quantized: one integer a byte. */
  public static LayerCodec intQuantized() {
    return new PlainQuantized(PlainQuantized.Kind.INT);
  }

  /** compressed-tensors, format float-quantized: FP8 E4M3. */
  public static LayerCodec floatQuantized() {
    return new PlainQuantized(PlainQuantized.Kind.FLOAT);
  }

  /** compressed-tensors, format naive-quantized: integers or FP8, one a byte. */
  public static LayerCodec naiveQuantized() {
    return new PlainQuantized(PlainQuantized.Kind.NAIVE);
  }

  /** compressed-tensors, format nvfp4-pack-quantized: E2M1 under FP8 scales and one divisor. */
  public static LayerCodec nvfp4() {
    return new Fp4PackQuantized(Fp4PackQuantized.Kind.NVFP4);
  }

  /** compressed-tensors, format mxfp4-pack-quantized: E2M1 under powers of two. */
  public static LayerCodec mxfp4() {
    return new Fp4PackQuantized(Fp4PackQuantized.Kind.MXFP4);
  }

  /** The weight scheme of {@link #nvfp4()}. */
  public static TensorScheme nvfp4Scheme() {
    return Fp4PackQuantized.Kind.NVFP4.scheme();
  }

  /** The weight scheme of {@link #mxfp4()}. */
  public static TensorScheme mxfp4Scheme() {
    return Fp4PackQuantized.Kind.MXFP4.scheme();
  }

  /** GPTQ, checkpoint format 1, which every reader knows: zero points less one. */
  public static LayerCodec gptq() {
    return new GptqCodec(GptqCodec.ZeroPoints.LESS_ONE);
  }

  /** GPTQ, checkpoint format 2: zero points as they are. */
  public static LayerCodec gptqV2() {
    return new GptqCodec(GptqCodec.ZeroPoints.AS_IT_IS);
  }

  /** AWQ, version GEMM: 4 bits. */
  public static LayerCodec awq() {
    return new AwqCodec();
  }

  /** The constants of {@code MatMulNBits} in ONNX files: integers in groups or whole rows. */
  public static LayerCodec matMulNBits() {
    return new MatMulNBitsCodec();
  }

  /** Jlama's Q4: symmetric 4-bit integers in groups of 32. */
  public static LayerCodec jlamaQ4() {
    return new JlamaCodec(4);
  }

  /** Jlama's I8: symmetric 8-bit integers in groups of 32. */
  public static LayerCodec jlamaI8() {
    return new JlamaCodec(8);
  }

  /** All codecs, each {@link LayerCodec#id()} once. */
  public static List<LayerCodec> all() {
    return List.of(
        compressedTensors(),
        intQuantized(),
        floatQuantized(),
        naiveQuantized(),
        nvfp4(),
        mxfp4(),
        gptq(),
        gptqV2(),
        awq(),
        matMulNBits(),
        jlamaQ4(),
        jlamaI8());
  }

  /** The codec of an id; empty if there is none. */
  public static Optional<LayerCodec> named(String id) {
    return all().stream().filter(codec -> codec.id().equals(id)).findFirst();
  }
}
