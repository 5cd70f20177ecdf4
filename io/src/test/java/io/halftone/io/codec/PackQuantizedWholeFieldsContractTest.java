package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;

class PackQuantizedWholeFieldsContractTest extends PackQuantizedContractTest {
  @Override
  protected LayerCodec codec() {
    return Codecs.packQuantized(WordPacking.WHOLE_FIELDS);
  }
}
