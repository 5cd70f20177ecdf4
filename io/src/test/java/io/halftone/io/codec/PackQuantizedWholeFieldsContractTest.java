package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;
import io.halftone.io.pack.BitOrder;

class PackQuantizedWholeFieldsContractTest extends PackQuantizedContractTest {
  @Override
  protected LayerCodec codec() {
    return Codecs.packQuantized(BitOrder.WHOLE_FIELD_WORDS);
  }
}
