package io.halftone.io.gguf.block;

import io.halftone.core.kernel.AffineSearch;
import io.halftone.core.kernel.KernelLoader;
import java.util.function.Supplier;

/** Layout and encoders of each type with codes. */
final class GridCodecs {
  private GridCodecs() {}

  static BlockCodec nibbles() {
    return flat(
        FlatLayout.integers(FlatCodes.FOUR_BITS),
        FlatReference.symmetric(8),
        () -> new Q4RowEncoder(KernelLoader.load()));
  }

  static BlockCodec symmetric(FlatCodes codes) {
    return refined(
        FlatLayout.integers(codes),
        () -> FlatReference.symmetric(1 << (codes.bits() - 1)),
        FlatRefit.SCALE);
  }

  static BlockCodec affine(FlatCodes codes) {
    return refined(
        AffineLayout.of(codes),
        () -> FlatReference.affine((1 << codes.bits()) - 1),
        FlatRefit.SCALE_AND_MINIMUM);
  }

  static BlockCodec bytes() {
    return flat(new Q8Layout(), FlatReference::bytes, Q8RowEncoder::new);
  }

  static BlockCodec ternary() {
    return refined(new TernaryLayout(), () -> FlatReference::ternary, FlatRefit.SCALE);
  }

  static BlockCodec nonLinear() {
    return refined(
        new FlatLayout(FlatCodes.FOUR_BITS, Levels.NON_LINEAR),
        () -> TableReference::nonLinear,
        FlatRefit.SCALE);
  }

  static BlockCodec mxfp4() {
    return refined(new Mxfp4Layout(), () -> TableReference::mxfp4, FlatRefit.NONE);
  }

  static BlockCodec nvfp4() {
    return refined(new Nvfp4Layout(), () -> TableReference::nvfp4, FlatRefit.NONE);
  }

  static BlockCodec q3k() {
    BlockLayout layout = new Q3KLayout();
    return refined(layout, () -> NestedReference.q3k(layout), new NestedSymmetricRefit(32));
  }

  static BlockCodec q6k() {
    BlockLayout layout = new Q6KLayout();
    return refined(layout, () -> NestedReference.q6k(layout), new NestedSymmetricRefit(128));
  }

  static BlockCodec nestedAffine(BlockLayout layout, AffineSearch search, int maxScale) {
    return new GridCodec(
        layout,
        () -> new ReferenceEncoder(layout, NestedReference.affine(layout, search, maxScale)),
        () -> new NestedAffineEncoder(layout, search, maxScale, KernelLoader.load()));
  }

  private static BlockCodec flat(
      BlockLayout layout, FieldEncoder reference, Supplier<BlockEncoder> rows) {
    return new GridCodec(
        layout,
        rows,
        () -> new ByImportance(rows.get(), new RefinedEncoder(layout, reference, FlatRefit.SCALE)));
  }

  private static BlockCodec refined(
      BlockLayout layout, Supplier<FieldEncoder> reference, ScaleRefit refit) {
    return new GridCodec(
        layout,
        () -> new ReferenceEncoder(layout, reference.get()),
        () -> new RefinedEncoder(layout, reference.get(), refit));
  }
}
