/** Names of packages of all distributions that only builds need. */
export const isToolchain = (name: string): boolean => TOOLCHAIN.test(name);

const TOOLCHAIN =
  /^(build-essential|build-base|gcc(-[\d.]+)?(-.*)?|g\+\+(-[\d.]+)?(-.*)?|gcc-c\+\+|cpp(-[\d.]+)?|clang(-[\d.]+)?|llvm(-[\d.]+)?(-dev)?|binutils(-.*)?|make|cmake(-data)?|ninja(-build)?|meson|autoconf|automake|libtool|bison|flex|pkg-config|pkgconf(-bin)?|dpkg-dev|fakeroot|linux-libc-dev|linux-headers|kernel-headers|musl-dev|golang(-.*)?|go|rustc|rust|cargo|maven|gradle|openjdk-[\d.]+-jdk(-headless)?|libstdc\+\+-[\d.]+-dev|lib.*-dev|python3[\d.]*-dev|python3?-devel|.*-devel|libgcc-[\d.]+-dev|javascript-common|node-gyp|lib(asan|tsan|ubsan|lsan|itm|quadmath|cc1|isl|mpc|mpfr|ctf|ctf-nobfd|binutils|gprofng)\d*(-.*)?)$/;

/** Package managers of languages, their tools, and what fetches sources. */
const BUILD_ONLY =
  /^(npm|yarn|yarnpkg|git|git-core|subversion|mercurial|python3?-(pip|venv|setuptools|wheel|pytest|virtualenv|build)|py3-(pip|setuptools|wheel)|composer|ruby-bundler)$/;

/** Packages that an image needs while it is built, unless what it starts uses them. */
export const isForBuilds = (name: string): boolean => isToolchain(name) || BUILD_ONLY.test(name);
