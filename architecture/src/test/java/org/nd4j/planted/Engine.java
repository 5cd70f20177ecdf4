package org.nd4j.planted;

/** Stands for a class of ND4J. */
public final class Engine {}
