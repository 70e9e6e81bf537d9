export const Footer = ({ reslim }: { readonly reslim: string }) => (
  <footer>
    Made by reslim {reslim}. Sizes are in powers of 1000; nothing on this page is loaded or sent.
  </footer>
);
