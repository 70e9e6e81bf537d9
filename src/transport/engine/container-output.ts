/** What a container wrote. */
export interface ContainerOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/**
 * Takes the two streams of a container without a terminal apart: frames of a type, three zeros, a length of 32 bits, and
 * so many bytes.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export const readOutput = (frames: Buffer): ContainerOutput => {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (let at = 0; at + HEADER <= frames.length;) {
    const end = at + HEADER + frames.readUInt32BE(at + 4);
    parts[frames[at] === STDERR ? 'stderr' : 'stdout'].push(frames.subarray(at + HEADER, end));
    at = end;
  }
  return { stdout: Buffer.concat(parts.stdout), stderr: Buffer.concat(parts.stderr) };
};

const HEADER = 8;
const STDERR = 2;
