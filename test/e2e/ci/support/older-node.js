// gitlab-ci-local calls a method of sets that Node 20 does not have.
// oxlint-disable-next-line no-extend-native
Set.prototype.union ??= function union(other) {
  return new Set([...this, ...other]);
};
