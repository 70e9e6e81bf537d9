/**
 * A path as a process in the container sees it, where a tool of the host recorded how the host reaches it: through the folders
 * of an engine's storage, or those of a process. Any other path is left as it is.
 */
export const insideOf = (path: string): string => {
  const [folder] = HOST_FOLDER.exec(path) ?? [''];
  return folder === '' ? path : path.slice(folder.length) || '/';
};

/**
 * Docker's and Podman's overlay2 (`overlay2/ID/merged`), containerd's snapshots (`snapshots/12/fs`) and tasks
 * (`io.containerd.runtime.v2.task/NAMESPACE/ID/rootfs`), and `/proc/PID/root`.
 */
const HOST_FOLDER =
  /^(?:\/proc\/\d+\/root|\/.{0,200}?\/(?:overlay2?\/[^/]+\/(?:merged|diff)|snapshots\/\d+\/fs|io\.containerd\.runtime\.v\d\.task\/[^/]+\/[^/]+\/rootfs))(?=\/|$)/;
