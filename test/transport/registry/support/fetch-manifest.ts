import { digestOf } from '../../../support/registry/content.ts';

/** A manifest or index as a registry without logins gives it, read without reslim's code. */
export const fetchManifest = async (
  host: string,
  repository: string,
  reference: string,
): Promise<{ readonly digest: string; readonly document: Record<string, unknown> }> => {
  const types = ['manifest', 'index'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`);
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    headers: { accept: types.join(', ') },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${response.status} ${bytes.toString()}`);
  const document = JSON.parse(bytes.toString()) as Record<string, unknown>;
  return { digest: digestOf(bytes), document };
};
