package jdk.incubator.vector;

/** Stands for the class of the Vector API, which is not on this module's path. */
public final class VectorSpecies {}
