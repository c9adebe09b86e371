/** Pixels of a picture for one on screen: sharp on dense screens and in print. */
export const pictureScale = 2;

/**
 * Draws an SVG as PNG.
 * @param svg a document that names its size and loads nothing
 * @throws Error when the browser can't draw it
 */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * pictureScale;
  canvas.height = image.naturalHeight * pictureScale;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
  if (!blob) throw new Error("the picture is too large for this browser");
  return blob;
}

/** Puts a picture in the clipboard. The browser may refuse: pages served without TLS, as a lab on a local network is, have none. */
export async function copyPicture(png: Promise<Blob>): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
}

/** Hands a file over to the browser, which saves it under this name. */
export function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads it a little later.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}
