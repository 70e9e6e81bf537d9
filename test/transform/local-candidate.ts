import type { Elf } from '../../src/elf/elf.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import type { KnownCandidate } from '../../src/transform/candidates.ts';
import { packGuard, stripGuard } from '../../src/transform/guards.ts';
import { openLocalFile } from '../../src/transform/local-file.ts';
import { findPayload } from '../../src/transform/payload.ts';

export interface CandidateOptions {
  /** Where the file is in its image. */
  readonly name?: string | undefined;
  readonly mode?: number | undefined;
  readonly xattrs?: readonly string[] | undefined;
}

/** Why neither tool may touch a file of this machine; `undefined` for the tool that may. */
export const reasonsFor = async (
  path: string,
  { name = 'app/program', mode = 0o755, xattrs = [] }: CandidateOptions = {},
): Promise<{ strip: string | undefined; upx: string | undefined }> => {
  const file = await openLocalFile(path);
  try {
    const candidate: KnownCandidate = {
      entry: {
        layer: 0,
        path: name,
        type: 'file',
        offset: 0,
        headerSize: 512,
        bodySize: file.size,
        size: file.size,
        mode,
        mtime: 0,
        linkTarget: '',
      },
      nodes: [],
      names: [name],
      file,
      elf: (await readElf(file)) as Elf,
      attributes: {
        uid: 0,
        gid: 0,
        device: '0:0',
        xattrs: new Map(xattrs.map((each) => [each, ''])),
      },
    };
    const payload = await findPayload(file);
    return {
      strip: stripGuard(candidate) ?? payload,
      upx: packGuard(candidate) ?? payload,
    };
  } finally {
    await file.close();
  }
};
