// Runs before anything is painted, so that a dark page never flashes white.
{
  const asked = new URLSearchParams(location.search).get("theme");
  const dark = asked === null ? matchMedia("(prefers-color-scheme: dark)").matches : asked === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
