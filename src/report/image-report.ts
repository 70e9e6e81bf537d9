import { sum } from '../base/sum.ts';
import { showPath, toBytes } from '../base/byte-path.ts';
import type { Graph } from '../graph/graph.ts';
import type { Layer } from '../layer/layer.ts';
import type { Image } from '../oci/image.ts';
import { formatLayerName, type LayerName } from '../oci/layer-names.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { Plan } from '../plan/plan.ts';
import { removalsOf, type Removal } from '../plan/removals.ts';
import type { SizeEstimate } from '../write/estimate-size.ts';
import type { WrittenImage } from '../write/write-image.ts';
import type { Transformed } from '../transform/transform.ts';
import type { ImageJudgement } from '../rules/judge-image.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { FoundSecret } from '../api/found-secret.ts';
import type { BaseReport } from '../api/base-report.ts';
import type {
  CategoryTotal,
  DroppedPath,
  ImageReport,
  ImageSize,
  SourceListing,
} from '../api/results.ts';
import { reportPackages } from './report-packages.ts';
import { reportUse } from './use-report.ts';
import { idleGlobs } from './glob-notes.ts';
import { lookAlikes } from './look-alikes.ts';
import { foldersThatStay, largestPackages } from './staying-sizes.ts';
import { explainPath } from './explain-path.ts';
import { fileTransform, withTransforms } from './file-transforms.ts';

export interface ReportInput {
  readonly image: Image;
  readonly layers: readonly Layer[];
  readonly names: readonly LayerName[];
  readonly secrets: readonly FoundSecret[];
  readonly judgement: ImageJudgement;
  /** What level `lean` would decide, for explanations at `safe`. */
  readonly atLean?: Verdicts | undefined;
  /** What the image starts, loads and reads. */
  readonly graph: Graph;
  readonly transformed: Transformed;
  readonly plan: Plan;
  readonly estimates: ReportedEstimates;
  readonly written: WrittenImage | undefined;
  /** Paths to explain, as the user wrote them. */
  readonly explain: readonly string[];
  /** Globs of the user. */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly base?: BaseReport | undefined;
  readonly listing?: SourceListing | undefined;
}

interface ReportedEstimates {
  readonly sourceGzip?: number | undefined;
  readonly expected?: SizeEstimate | undefined;
  readonly lean?: SizeEstimate | undefined;
}

/** Turns the decisions about one image, and what came of them, into its report. */
export const reportImage = ({
  image,
  layers,
  names,
  secrets,
  judgement,
  atLean,
  graph,
  transformed,
  plan,
  estimates,
  written,
  explain,
  keep,
  drop,
  base,
  listing,
}: ReportInput): ImageReport => {
  const { dropped, hidden } = removalsOf(plan, (layer) =>
    formatLayerName(names[layer] as LayerName),
  );
  const removals = [...dropped, ...hidden];
  const files = countFiles(plan);
  return {
    platform: formatPlatform(image.platform),
    source: {
      digest: image.document.descriptor.digest,
      compressedSize: sum(layers.map(({ descriptor }) => descriptor.size)),
      ...(estimates.sourceGzip !== undefined && { estimatedGzipSize: estimates.sourceGzip }),
      unpackedSize: sum(layers.map(({ bytes }) => bytes.size)),
      layers: layers.length,
      files: files.before,
    },
    ...(written && { target: targetSize(written, files.after) }),
    ...(estimates.expected && {
      expected: {
        ...estimates.expected,
        layers: plan.layers.length,
        files: files.after,
        packages: largestPackages(judgement.facts.packages.list, plan),
        folders: foldersThatStay(plan),
      },
    }),
    ...(estimates.lean && { expectedAtLean: { compressedSize: estimates.lean.compressedSize } }),
    profiles: judgement.active.map(({ profile, evidence }) => ({
      name: profile.name,
      detectedBy: evidence,
    })),
    packages: reportPackages(judgement, dropped),
    categories: totals(removals),
    dropped: removals
      .map(droppedPath)
      .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path))),
    explanations: explain.map((path) =>
      withTransforms(
        explainPath(toBytes(path), {
          plan,
          hidden,
          layers: names,
          atLean,
          graph: judgement.reach ?? graph,
          roots: judgement.reach?.roots,
          heldBack: judgement.heldBack,
        }),
        transformed,
      ),
    ),
    transforms: transformed.changes.map(fileTransform),
    ...(base && { base }),
    ...withUse(judgement),
    secrets,
    lookAlikes: lookAlikes(plan),
    idleGlobs: idleGlobs({ plan, keep, drop }),
    ...(image.edits && { edits: image.edits.applied }),
    ...(listing && { listing }),
  };
};

const withUse = (judgement: ImageJudgement): Pick<ImageReport, 'use'> => {
  const use = reportUse(judgement);
  return use ? { use } : {};
};

const targetSize = ({ descriptor, layers }: WrittenImage, files: number): ImageSize => ({
  digest: descriptor.digest,
  compressedSize: sum(layers.map((layer) => layer.descriptor.size)),
  unpackedSize: sum(layers.map(({ unpackedSize }) => unpackedSize)),
  layers: layers.length,
  files,
});

const countFiles = ({ tree, verdicts }: Plan): { before: number; after: number } => {
  let before = 0;
  let after = 0;
  for (const node of tree.nodes) {
    if (node.children) continue;
    before++;
    if (verdicts.get(node)?.action !== 'drop') after++;
  }
  return { before, after };
};

const totals = (removals: readonly Removal[]): CategoryTotal[] => {
  const byCategory = new Map<string, { files: number; bytes: number }>();
  for (const { type, bytes, verdict } of removals) {
    const total = byCategory.get(verdict.category) ?? { files: 0, bytes: 0 };
    if (type !== 'directory') total.files++;
    total.bytes += bytes;
    byCategory.set(verdict.category, total);
  }
  return [...byCategory]
    .map(([category, total]) => ({ category, ...total }))
    .sort((a, b) => b.bytes - a.bytes || (a.category < b.category ? -1 : 1));
};

const droppedPath = ({ path, type, bytes, verdict }: Removal): DroppedPath => ({
  path: showPath(path),
  type,
  bytes,
  rule: verdict.id,
  category: verdict.category,
  reason: verdict.reason,
});
