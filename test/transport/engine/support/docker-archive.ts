import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export interface DockerArchive {
  readonly bytes: Buffer;
  /** `sha256:…` of the config. */
  readonly id: string;
}

/** What `docker save` wrote in old times: the least that every engine loads. */
export const makeDockerArchive = async (tags: readonly string[]): Promise<DockerArchive> => {
  const layer = await tarOf({ 'etc/motd': Buffer.from(`made for a test: ${tags.join()}\n`) });
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      created: '2020-01-01T00:00:00Z',
      config: { Cmd: ['/bin/none'], Labels: { kept: 'yes' } },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
      history: [{ created: '2020-01-01T00:00:00Z', created_by: 'test' }],
    }),
  );
  const id = sha256(config);
  const manifest = [{ Config: `${id}.json`, RepoTags: tags, Layers: ['layer.tar'] }];
  const bytes = await tarOf({
    [`${id}.json`]: config,
    'layer.tar': layer,
    'manifest.json': Buffer.from(JSON.stringify(manifest)),
  });
  return { bytes, id: `sha256:${id}` };
};

const tarOf = async (files: Readonly<Record<string, Buffer>>): Promise<Buffer> => {
  const tar = pack();
  for (const [name, content] of Object.entries(files))
    tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};
