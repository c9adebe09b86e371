export { signalSymbol } from "./cell-globals.js";
export {
  commsSymbol,
  type Comm,
  type CommListener,
  type CommMessage,
  type Comms,
  type CommTarget,
} from "./comm/comms.js";
export { displaySymbol, type Bundle } from "./display/bundle.js";
export {
  installKernelspec,
  packagedNode,
  type InstalledKernelspec,
  type KernelspecOptions,
} from "./kernelspec.js";
export { UserError } from "./user-error.js";
