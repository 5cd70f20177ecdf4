package de.kherud.planted;

/** Stands for a class of llama.cpp's binding. */
public final class Engine {}
