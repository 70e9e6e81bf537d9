import type { AdviseResult } from '../api/advice.ts';
import type { AdviseOptions } from '../api/options.ts';
import { descriptorOf, imagesOf } from '../oci/image.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';

/** Says what to change in the Dockerfile of an image, most bytes first. All layers are read. */
export const advise = (options: AdviseOptions): Promise<AdviseResult> =>
  withSession(options, async (session) => {
    // The parser of Dockerfiles and the practices, which no other run needs.
    const { adviseImage, readDockerfile } = await import('./advise-image.ts');
    const file = readDockerfile(options);
    const { sources } = await session.open({ sources: [options.source] });
    const [source] = sources;
    const root = await session.read(source);
    const images = [];
    for (const image of imagesOf(root))
      images.push(await adviseImage(image, file, { session, source }));
    refuseEmpty(images, source.name);
    return {
      name: source.name,
      digest: descriptorOf(root).digest,
      images,
      notes: session.notes,
    };
  });
