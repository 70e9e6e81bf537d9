import type { ImageDiff } from '../../api/diff.ts';
import { historySection, layersSection, settingsSection } from './document-sections.ts';
import { filesSection, sizesOfNames } from './file-sections.ts';
import { packagesSection } from './packages-section.ts';
import type { Section } from './section.ts';
import { totalsSection } from './summary-section.ts';

/** What differs between two images, the most telling first; `top` rows of each list. Lists without any are left out. */
export const imageSections = (image: ImageDiff, top: number): Section[] =>
  [
    totalsSection(image),
    packagesSection(image, top),
    sizesOfNames('Categories:', image.categories, top),
    sizesOfNames('Folders:', image.folders, top),
    filesSection(image, top),
    settingsSection('Config:', image.config, top),
    historySection(image, top),
    layersSection(image, top),
  ].filter(({ rows, summary }) => rows.length > 0 || summary !== undefined);
