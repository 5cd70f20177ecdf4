package io.halftone.planted.engines.core;

import jdk.incubator.vector.FloatVector;

/** Sees other people's engines outside their bridge. */
public final class Borrowed {
  FloatVector vector;
  org.nd4j.planted.Engine nd4j;
  ai.onnxruntime.planted.Engine runtime;
  de.kherud.planted.Engine llama;
}
