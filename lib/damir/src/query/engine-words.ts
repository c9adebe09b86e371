/** What DuckDB, PostgreSQL and Spark say most often of a query, and the same in French with what to do. `$1` … stand for what they name. */
const sayings: readonly (readonly [said: RegExp, french: string])[] = [
  [
    /^syntax error at end of input/,
    "La requête SQL s'arrête trop tôt : il manque la suite, ou une parenthèse fermante.",
  ],
  [
    /^unterminated quoted/,
    "Une apostrophe ou un guillemet ouvert n'est pas refermé (« l''âge » pour l'âge).",
  ],
  [
    /^syntax error at or near "([^"]*)"/,
    "La requête SQL n'est pas bien écrite près de « $1 » : un mot mal orthographié, une virgule ou une parenthèse en trop ou en moins, juste avant.",
  ],
  [
    /^Ambiguous reference to column name "([^"]+)"(?: \(use: "([^"]+)")?/,
    "La colonne « $1 » existe dans plusieurs des tables jointes : dites laquelle, par exemple $2.",
  ],
  [
    /^column reference "([^"]+)" is ambiguous/,
    "La colonne « $1 » existe dans plusieurs des tables jointes : écrivez table.$1.",
  ],
  [
    /^(?:WHERE clause cannot contain aggregates|aggregate functions are not allowed in WHERE)/,
    "WHERE trie les lignes avant de les agréger : une condition sur sum, count… va dans HAVING, après GROUP BY.",
  ],
  [
    /^(?:WHERE clause cannot contain window|window functions are not allowed in WHERE)/,
    "WHERE ne connaît pas encore les fenêtres (OVER) : filtrez dans une requête autour, SELECT * FROM (…) WHERE ….",
  ],
  [
    /^No function matches the given name and argument types '~~\((\w+), .*\)'/,
    "LIKE compare des textes, et la colonne contient des nombres ($1) : comparez à des codes (IN, BETWEEN), ou CAST(colonne AS VARCHAR) LIKE '…'.",
  ],
  [
    /^No function matches the given name and argument types '(\w+)\((.*?)\)'/,
    "La fonction $1 n'accepte pas ces valeurs ($2) : vérifiez leur nombre et leur type, ou convertissez (CAST … AS …).",
  ],
  [
    /^The query does not include a GROUP BY clause/,
    "Une colonne sans sum, count… à côté d'une autre qui en a : ajoutez-la à un GROUP BY.",
  ],
  [
    /^Job aborted due to stage failure[\s\S]*(?:ExecutorLost|Remote RPC client disassociated|Worker lost|executor .*lost)/i,
    "Une machine du cluster s'est arrêtée pendant la requête, et les autres n'ont pas pu la finir. Relancez la cellule ; si cela continue, prévenez qui tient le cluster.",
  ],
  [
    /^(?:Set operations can only apply|each \w+ query must have the same number)/,
    "Les requêtes réunies par UNION, INTERSECT ou EXCEPT ont chacune le même nombre de colonnes.",
  ],
  [
    /^(GROUP BY|ORDER) (?:BY )?term out of range - should be between 1 and (\d+)/,
    "Un numéro désigne une colonne du SELECT : ici de 1 à $2.",
  ],
  [
    /^(?:More than one row returned by a subquery|more than one row returned by a subquery)/,
    "Une requête entre parenthèses sert de valeur, et a plusieurs lignes : agrégez-la, ajoutez LIMIT 1, ou écrivez IN (SELECT …).",
  ],
  [
    /^Overflow in (?:addition|multiplication|subtraction)/,
    "Un calcul dépasse les plus grands entiers : convertissez avant (CAST … AS DECIMAL(38,2) ou DOUBLE).",
  ],
  [
    /^(?:extract|date) specifier "([^"]+)" not recognized/,
    "« $1 » n'est pas une unité de temps : year, quarter, month, week ou day.",
  ],
  [
    /^(?:invalid date field format|date field value out of range|date\/time field value out of range): "([^"]+)"/,
    "« $1 » n'est pas une date : elles s'écrivent AAAA-MM-JJ, par exemple DATE '2025-01-31'.",
  ],
  [
    /^Could not convert string '(2[AB])' to (?:U?INT|BIGINT|DECIMAL|DOUBLE|FLOAT)/,
    "« $1 » n'est pas un nombre : les codes de départements et de caisses sont des textes. Comparez-les à des textes, avec leurs zéros : departement = '01' et non 1, cpam = '011'.",
  ],
  [
    /^The value '(2[AB])' of the type "STRING" cannot be cast to "(?:\w*INT|DECIMAL|DOUBLE|FLOAT)/,
    "« $1 » n'est pas un nombre : les codes de départements et de caisses sont des textes. Comparez-les à des textes, avec leurs zéros : departement = '01' et non 1, cpam = '011'.",
  ],
  [
    /^The value '([^']*)' of the type "STRING" cannot be cast to "(?:\w*INT|DECIMAL|DOUBLE|FLOAT)/,
    "« $1 » n'est pas un nombre.",
  ],
  [
    /^operator does not exist: (?:text|character varying) (?:=|<>|<|>|<=|>=) (?:integer|bigint|numeric)/,
    "Un texte est comparé à un nombre : les codes de départements et de caisses sont des textes, avec leurs zéros (departement = '01' et non 1, cpam = '011').",
  ],
  [
    /^Could not convert string '([^']*)' to (?:U?INT|BIGINT|DECIMAL|DOUBLE|FLOAT)/,
    "« $1 » n'est pas un nombre.",
  ],
];

/**
 * An engine's words in French, with what to do; undefined for those that have no translation.
 *
 * @param message as the engine writes it
 */
export function wordsInFrench(message: string): string | undefined {
  for (const [said, french] of sayings) {
    const match = said.exec(message.trim());
    if (match) return french.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
  }
  return undefined;
}
