// Modules that the build makes.

declare module "texts:de" {
  const catalogue: Record<string, string>;
  export default catalogue;
}
declare module "texts:staff" {
  const catalogues: Record<string, Record<string, string>>;
  export default catalogues;
}
declare module "texts:others" {
  const tags: string[];
  export default tags;
}
declare module "texts:state-bodies" {
  const numbers: [name: string, phone: string][];
  export default numbers;
}
declare module "*.css" {
  const text: string;
  export default text;
}
