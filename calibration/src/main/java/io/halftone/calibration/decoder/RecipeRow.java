package io.halftone.calibration.decoder;

/**
 * What a recipe does to a decoder under a scheme.
 *
 * @param recipe name
 * @param scheme name
 * @param perplexity over the evaluation tokens
 * @param kl mean KL divergence from the float model's predictions, in nats per token
 * @param meanRelativeOutputError mean over layers of ‖Y − Ŷ‖² / ‖Y‖² on the float model's inputs; 0
 *     when no layer is quantized
 * @param bitsPerWeight of the quantized layers, scales and zero points included; 32 when none is
 * @param seconds spent on quantizing
 */
public record RecipeRow(
    String recipe,
    String scheme,
    double perplexity,
    double kl,
    double meanRelativeOutputError,
    double bitsPerWeight,
    double seconds) {}
