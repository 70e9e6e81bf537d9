/*
 * The values of options with few of them, and what holds without an option: help, the recipe and the code
 * take both from here.
 */
import { LAZY_FORMATS } from '../oci/lazy-format.ts';
import { COMPRESSIONS } from '../oci/media-type.ts';

/**
 * How much rules may remove. `safe`: caches and leftovers of the build. `lean`: documentation and
 * development files, too; the application runs the same, but a person in the container may miss them.
 */
export const RULE_LEVELS = ['safe', 'lean'] as const;
export type RuleLevel = (typeof RULE_LEVELS)[number];

/** The same of a slim, which also knows `minimal`: what `lean` leaves, less what nothing in the image leads to. */
export const LEVELS = ['safe', 'lean', 'minimal'] as const;
export type Level = (typeof LEVELS)[number];
/** Of runs, and of rules of a profile. */
export const DEFAULT_LEVEL = 'safe';

/**
 * How sure it is that a slim at `minimal` lacks nothing.
 *
 * - `closed`: all that the image uses could be told
 * - `covered`: something is named only while it runs, and all that it could name stays
 * - `open`: something that it may use could not be told
 */
export const CONFIDENCES = ['closed', 'covered', 'open'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** How `minimal` takes packages of the distribution apart: file by file, or not, so that package managers go on working. */
export const GRAINS = ['file', 'package'] as const;
export type Grain = (typeof GRAINS)[number];
export const DEFAULT_GRAIN = 'file';

export const DEFAULT_PROFILES = ['auto'] as const;

/**
 * The layers of the new image.
 *
 * - `all`: merged into one
 * - `base`: those of the base image as they are, and one with what lies above them
 * - `none`: each slimmed separately
 */
export const SQUASHES = ['all', 'base', 'none'] as const;
export type Squash = (typeof SQUASHES)[number];
export const DEFAULT_SQUASH = 'all';

/** Layers that `--layers auto` makes: a quarter of what Docker's storage takes, so that further ones can be built on them. */
export const AUTO_LAYERS = 32;
/** Docker's storage driver takes no more. @see https://github.com/moby/moby/blob/v27.0.0/daemon/graphdriver/overlay2/overlay.go */
export const MOST_LAYERS = 127;

/** How layers of the new image are stored: as they are, or each in the same way. */
export const COMPRESSION_CHOICES: readonly [
  'keep',
  ...typeof COMPRESSIONS,
  ...typeof LAZY_FORMATS,
] = ['keep', ...COMPRESSIONS, ...LAZY_FORMATS];
export type CompressionChoice = (typeof COMPRESSION_CHOICES)[number];
export const DEFAULT_COMPRESSION = 'keep';

/** Which size must become smaller for a program to be packed: that of the stored layer, or that on disk. */
export const UPX_GOALS = ['compressed', 'unpacked'] as const;
export type UpxGoal = (typeof UPX_GOALS)[number];
export const DEFAULT_UPX_GOAL = 'compressed';

/** Takes half the time of the default of UPX, for about the same size. */
export const DEFAULT_UPX_ARGS = ['-5'] as const;

/** What of the source, beside its size, may end a run with the code `policy`. */
export const FAILURE_CHOICES = ['secrets'] as const;
export type FailureChoice = (typeof FAILURE_CHOICES)[number];

/** What of an image is read to describe it. `auto`: its layers, but in an engine, which would export all of it, the documents. */
export const DEPTHS = ['auto', 'layers', 'documents'] as const;
export type Depth = (typeof DEPTHS)[number];
export const DEFAULT_DEPTH = 'auto';

/** What the tags of a repository are ordered by: the version they name, or the time their config was made. */
export const TREND_ORDERS = ['version', 'created'] as const;
export type TrendOrder = (typeof TREND_ORDERS)[number];
export const DEFAULT_TREND_ORDER = 'version';

/** Growth from which on a tag is marked, as a part. The alert of dashboards/rules.yaml has the same one. */
export const DEFAULT_THRESHOLD = 0.1;
/** Tags of a history. */
export const DEFAULT_NEWEST = 20;

/** Images that a mirror, or a worker of one, has under way. */
export const DEFAULT_CONCURRENCY = 4;

/** When progress is shown. `auto`: on a terminal, and in CI a line for each stage. */
export const PROGRESS_CHOICES = ['auto', 'always', 'never'] as const;

/** For which CI service a run writes what others do not understand. */
export const CI_CHOICES = ['auto', 'github', 'gitlab', 'none'] as const;

/**
 * What a comparison of images is about. The first four are kinds of changed files.
 *
 * - `added`, `removed`: paths that only one of the images has
 * - `changed`: other contents, another type, another target of a symlink, another device
 * - `metadata`: the same contents with another mode, owner, time or extended attribute, or linked in another way
 * - `packages`: of the distribution and of languages
 * - `config`: what containers start with, and annotations
 * - `history`: the steps of the build
 * - `layers`: how the image is stored
 */
export const DIFF_PARTS = [
  'added',
  'removed',
  'changed',
  'metadata',
  'packages',
  'config',
  'history',
  'layers',
] as const;
export type DiffPart = (typeof DIFF_PARTS)[number];

/**
 * What a slim image is compared with its original for, without running either.
 *
 * - `files`: all files have the contents, type, mode, owner and extended attributes they had
 * - `links`: symlinks lead where they led
 * - `libraries`: programs and libraries find the loader and the libraries they ask for
 * - `interpreters`: scripts find the program of their first line
 * - `start`: what the config and the scripts it starts name is there: programs, files, working folder, volumes
 * - `users`: accounts and groups are those of the original
 * - `packages`: package lists name what is there, and nothing else
 * - `config`: environment, ports, health check, and all else that containers start with
 */
export const VERIFY_CHECKS = [
  'files',
  'links',
  'libraries',
  'interpreters',
  'start',
  'users',
  'packages',
  'config',
] as const;
export type VerifyCheck = (typeof VERIFY_CHECKS)[number];

/** Milliseconds for a service to listen when images are verified, and for each answer. */
export const DEFAULT_TRIAL_WAIT = 30_000;
/** The network of containers that are run then. */
export const DEFAULT_TRIAL_NETWORK = 'bridge';

/** The bits of a mode by which a file runs with the rights of its owner, or of its group. */
export const SETUID_SETGID = 0o6000;

/** Which engine runs an image. */
export const ENGINE_CHOICES = ['docker', 'podman'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];
