import { useMemo, useState } from 'preact/hooks';
import type { PageDocument, PageImage } from '../api/page-document.ts';
import { readFiles } from './data/files.ts';
import { Changes } from './sections/changes.tsx';
import { Figures } from './sections/figures.tsx';
import { FileTable } from './sections/file-table.tsx';
import { Footer } from './sections/footer.tsx';
import { Header } from './sections/header.tsx';
import { Layers } from './sections/layers.tsx';
import { Lists } from './sections/lists.tsx';
import { Messages } from './sections/messages.tsx';
import { Packages } from './sections/packages.tsx';
import { StateBar } from './sections/state-bar.tsx';
import { Use } from './sections/use.tsx';
import { Treemap } from './treemap/treemap.tsx';
import type { View } from './view.ts';

/** The whole page: one of the images, seen in one of the ways there are. */
export const App = ({ document }: { readonly document: PageDocument }) => {
  const [chosen, choose] = useState(0);
  const image = document.images[chosen] as PageImage;
  return (
    <>
      <Header document={document} chosen={chosen} onChoose={choose} />
      <main>
        {image ? <Image key={chosen} image={image} document={document} /> : <p>No files.</p>}
      </main>
      <Footer reslim={document.reslim} />
    </>
  );
};

const FIGURES = { inspect: 'Summary', slim: 'What is removed', diff: 'What differs' };

const Image = ({
  image,
  document: { kind, notes },
}: {
  readonly image: PageImage;
  readonly document: PageDocument;
}) => {
  const files = useMemo(() => readFiles(image.files), [image]);
  const [level, setLevel] = useState(0);
  const [selected, select] = useState<number>();
  const verdicts = image.verdicts[level] as PageImage['verdicts'][number];
  const view: View = useMemo(() => ({ image, files, verdicts }), [image, files, verdicts]);
  return (
    <>
      <Messages secrets={image.secrets} notes={notes} />
      {image.changes.length > 0 && <Changes changes={image.changes} />}
      <Figures title={FIGURES[kind]} figures={image.figures} />
      <StateBar view={view} level={level} onLevel={setLevel} />
      {verdicts.use && <Use use={verdicts.use} />}
      <Treemap view={view} onSelect={select} />
      <Layers image={image} />
      <Lists lists={image.lists} />
      <FileTable view={view} selected={selected} onSelect={select} />
      <Packages image={image} isDiff={kind === 'diff'} />
    </>
  );
};
