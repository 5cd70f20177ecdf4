package io.halftone.quantizers.rotation;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Hadamard;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Kronecker;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Spreads outliers over all channels by Hadamard matrices; reads no data.
 *
 * <p>The residual stream gets a randomized Hadamard matrix, which its writers and readers absorb;
 * cached keys one per head on queries and keys after the position embedding. The inner tensor of
 * the feed-forward part, which a product writes, keeps its matrix online, and so do mixed values
 * unless heads are kept apart. Cost n·log n a token where the matrix is online, none where it is
 * absorbed.
 *
 * @param roles of the sites that are turned
 * @param mixing what becomes of the heads of mixed values
 * @see <a href="https://arxiv.org/abs/2404.00456">Ashkboos et al., QuaRot, 2024, section 4</a>
 */
public record HadamardRotation(List<SiteRole> roles, Mixing mixing) implements TransformFitter {
  /** What becomes of attention heads in front of the output projection. */
  public enum Mixing {
    /** Each is turned alone, which the value projection absorbs. */
    APART,
    /**
     * One matrix turns all their channels together, online.
     *
     * <p>Differs: the paper lets the value projection absorb a factor per head and keeps the factor
     * across heads online, which needs a Hadamard matrix for the number of heads.
     */
    TOGETHER
  }

  /** Takes a copy of the list. */
  public HadamardRotation {
    roles = List.copyOf(roles);
    Objects.requireNonNull(mixing, "mixing");
  }

  /**
   * Everywhere the paper turns a tensor, heads apart: a cache whose values are scaled per head is
   * then as flat as one head can be made, and nothing is left to compute in front of the output
   * projection.
   */
  public static HadamardRotation everywhere() {
    return new HadamardRotation(
        List.of(SiteRole.STREAM, SiteRole.VALUES, SiteRole.INNER, SiteRole.KEYS), Mixing.APART);
  }

  /**
   * Fits a site.
   *
   * @throws IllegalArgumentException if no Hadamard matrix of the site's order is known
   */
  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    TransformSite site = task.site();
    if (!roles.contains(site.role())) {
      return new Identity(site.size());
    }
    if (site.heads() == 1 || mixing == Mixing.TOGETHER) {
      return Hadamard.of(site.size());
    }
    return new Kronecker(new Identity(site.heads()), Hadamard.of(site.size() / site.heads()));
  }

  /** The Gram matrix turned from both sides: between two transpositions there are three. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return 3 * Double.BYTES * consumers.get(0).square();
  }

  @Override
  public EquivalentTransform fitUnseen(TransformSite site, Compute compute) {
    if (!roles.contains(site.role())) {
      return new Identity(site.size());
    }
    if (site.role() == SiteRole.KEYS) {
      return Hadamard.of(site.size());
    }
    SplittableRandom random = compute.random("rotation of " + site.id());
    float[] sign = new float[site.size()];
    for (int j = 0; j < sign.length; j++) {
      sign[j] = random.nextBoolean() ? 1 : -1;
    }
    return new Hadamard(sign, Hadamard.Direction.FORWARD);
  }
}
