import sanitizeHtml from "sanitize-html";
import { nameOf } from "./markup.js";

/** Pictures that a page may hold: those that are in it. An SVG in an `img` runs nothing and loads nothing. */
const heldPicture = /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*$/;

/**
 * What HTML of a notebook may hold. Nothing that runs, loads, frames, submits or styles; identifiers are left out so that none can
 * pass for one of the page's.
 */
const options: sanitizeHtml.IOptions = {
  allowedTags: [
    ..."h2 h3 h4 h5 h6 p a ul ol li table caption thead tbody tfoot tr th td img code pre span div".split(
      " ",
    ),
    ..."details summary sub sup br hr em strong b i u s del ins blockquote dl dt dd kbd mark abbr".split(" "),
    ..."figure figcaption small samp var q cite".split(" "),
  ],
  allowedAttributes: {
    a: ["href", "title", "rel"],
    img: ["src", "alt", "title", "width", "height"],
    th: ["scope", "colspan", "rowspan", "class"],
    td: ["colspan", "rowspan", "class"],
    span: ["class"],
    ol: ["start"],
    abbr: ["title"],
  },
  // Colours of code, and the library's tables; any other class could borrow the look of the page's own parts.
  allowedClasses: {
    span: [/^hljs-[a-z_-]+$/, "damir-count"],
    th: ["damir-number"],
    td: ["damir-number"],
  },
  allowedSchemes: ["http", "https", "mailto"],
  allowedSchemesByTag: { img: ["data"] },
  allowProtocolRelative: false,
  disallowedTagsMode: "discard",
  nonTextTags: [
    "script",
    "style",
    "textarea",
    "option",
    "noscript",
    "title",
    "template",
    "iframe",
    "svg",
    "math",
  ],
  transformTags: {
    // The page has one title of its own.
    h1: "h2",
    a: (tagName, { href = "", title }) => {
      const kept = href.startsWith("#")
        ? `#${headingId(decoded(href.slice(1)))}`
        : /^(https?:\/\/|mailto:)/i.test(href)
          ? href
          : undefined;
      return {
        tagName,
        attribs: {
          ...(kept === undefined ? {} : { href: kept, rel: "noopener noreferrer nofollow" }),
          ...(title === undefined ? {} : { title }),
        },
      };
    },
    img: (tagName, { src = "", ...attribs }) => ({
      tagName,
      // A picture without a text is skipped by who can't see it, rather than read out as an address.
      attribs: { alt: "", ...attribs, ...(heldPicture.test(src) ? { src } : {}) },
    }),
  },
  // A picture that stands elsewhere isn't shown: its text is.
  exclusiveFilter: ({ tag, attribs }) => tag === "img" && attribs["src"] === undefined,
};

/** HTML of a notebook, such that it can only be read. */
export function sanitised(html: string): string {
  return sanitizeHtml(html, options);
}

/** Text alone of a piece of HTML, escaped. */
export function textOnly(html: string): string {
  return sanitizeHtml(html, { allowedTags: [], allowedAttributes: {} });
}

/** Identifier that the page gives to the heading of that text. */
export function headingId(text: string): string {
  return `partie-${nameOf(text) || "sans-nom"}`;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // Not an encoded text: as it is.
    return fragment;
  }
}
