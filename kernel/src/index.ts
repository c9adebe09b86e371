export { displaySymbol, type Bundle } from "./display/bundle.js";
export {
  installKernelspec,
  packagedNode,
  type InstalledKernelspec,
  type KernelspecOptions,
} from "./kernelspec.js";
export { UserError } from "./user-error.js";
