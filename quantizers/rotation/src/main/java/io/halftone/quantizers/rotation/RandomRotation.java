package io.halftone.quantizers.rotation;

import io.halftone.core.algebra.Qr;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.transform.Dense;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Kronecker;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Turns sites by random orthogonal matrices, uniform over all of them: for sizes without a Hadamard
 * matrix, and as what Hadamard matrices are compared with. Cost n² a token where the matrix is
 * online, n³ to make it.
 *
 * @param roles of the sites that are turned
 * @see <a href="https://doi.org/10.1137/0717034">Stewart, The efficient generation of random
 *     orthogonal matrices, 1980</a>
 * @see <a href="https://arxiv.org/abs/2307.13304">Chee et al., QuIP, 2023, section 4 (incoherence
 *     by random orthogonal matrices)</a>
 */
public record RandomRotation(List<SiteRole> roles) implements TransformFitter {
  /** Takes a copy of the list. */
  public RandomRotation {
    roles = List.copyOf(roles);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    TransformSite site = task.site();
    if (!roles.contains(site.role())) {
      return new Identity(site.size());
    }
    EquivalentTransform perHead = random(site, site.size() / site.heads(), compute);
    return site.heads() == 1 ? perHead : new Kronecker(new Identity(site.heads()), perHead);
  }

  @Override
  public EquivalentTransform fitUnseen(TransformSite site, Compute compute) {
    return roles.contains(site.role())
        ? random(site, site.size(), compute)
        : new Identity(site.size());
  }

  /** Q of a matrix of normal numbers; the positive diagonal of R makes it uniform. */
  private static EquivalentTransform random(TransformSite site, int size, Compute compute) {
    SplittableRandom random = compute.random("rotation of " + site.id());
    DoubleMatrix normal = DoubleMatrix.zeros(size, size);
    for (int i = 0; i < normal.values().length; i++) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      normal.values()[i] = radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }
    return Dense.orthogonal(Qr.of(normal, compute).q().toFloat());
  }
}
