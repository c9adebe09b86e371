/** What the columns of the code lists, of the dictionary and of the geography are: French, as they are shown in a database tool. */

const codeList = {
  code: "code, tel que publié",
  libelle: "libellé du dictionnaire le plus récent",
  libelle_depuis: "depuis quand ce libellé vaut, quand on le sait",
  autre_libelle: "libellé d'avant, ou second libellé quand le dictionnaire officiel en a deux",
  note: "ce qu'il faut savoir de ce code",
  editions: "éditions du dictionnaire qui ont ce code : 2015, 2024 ou les deux",
  lignes_a202401: "lignes de janvier 2024 qui portent ce code (vide : aucune)",
};

const dictionary = {
  variable: "nom de la variable : la colonne, en minuscules",
  libelle: "libellé du dictionnaire",
  role: "dimension, mesure ou indicateur",
  type: "type SQL",
  unite: "unité",
  codes_inconnus: "codes qui disent que la valeur n'est pas connue",
  nomenclature: "table de ses codes",
  famille: "famille de variables",
  annees: "années où la variable est publiée",
  definition: "définition",
  usage: "usages, un par ligne",
  pieges: "pièges, un par ligne",
};

const places = {
  cpam: "caisse primaire, trois caractères",
  nom_cpam: "nom de la caisse",
  departement: "département : 01, 2A, 971",
  nom_departement: "nom du département",
  region: "région d'aujourd'hui, code INSEE",
  nom_region: "nom de la région d'aujourd'hui",
  region_avant_2016: "région d'avant 2016",
  nom_region_avant_2016: "nom de la région d'avant 2016",
  zeat: "zone d'étude et d'aménagement du territoire",
  nom_zeat: "nom de la zone d'étude",
  ben_res_reg: "groupe de régions d'Open DAMIR : 5 outre-mer, 93 Provence-Alpes-Côte d'Azur et Corse",
  nom_ben_res_reg: "nom du groupe de régions d'Open DAMIR",
  regions_insee: "régions INSEE du groupe",
  nom: "nom",
};

const columns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  departements: places,
  regions: places,
  caisses: places,
  geographie: places,
  dictionnaire: dictionary,
  dictionnaire_departement: dictionary,
  postes: {
    poste: "poste de soins",
    libelle: "libellé",
    categorie: "catégorie de postes",
    ordre: "rang dans les listes",
    definition: "ce que le poste contient",
  },
  prs_nat_postes: {
    code: "nature de prestation (prs_nat), de damir ou de damir_departement",
    libelle: "libellé de la nature",
    poste: "poste de soins où elle est rangée",
    role: "acte, majoration, déplacement, franchise…",
    acte_de_base: "vrai quand sa quantité compte des actes",
    unite: "ce que sa quantité compte (vide : on ne sait pas)",
    raison: "règle qui la range là",
  },
  passage_specialites: {
    specialite: "spécialité, libellé du RPPS",
    variantes: "ses autres libellés publiés, séparés par |",
    exe_spe: "la même spécialité dans damir_departement (vide : aucune)",
    pse_spe_snds: "la même spécialité dans damir (vide : aucune)",
    remarque: "ce qu'il faut savoir de ce passage",
  },
};

/** The meaning of each column of a table that comes from the project's own references; empty for another table. */
export function referenceColumns(table: string): Readonly<Record<string, string>> {
  return columns[table] ?? (table.startsWith("nomenclature_") ? codeList : {});
}
