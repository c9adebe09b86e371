import { associationCases } from "./associations.cases.js";
import { calibrationCases } from "./calibration.cases.js";
import { companionCases } from "./companions.cases.js";
import { departementAssociationCases } from "./departement-associations.cases.js";
import { generatedSample } from "./generated-sample.fixture.js";
import { rowCases } from "./rows.cases.js";
import { storeCases } from "./store.cases.js";

// Making the sample is the long part: its cases, a file a subject, share one.
const sample = generatedSample();

calibrationCases(sample);
rowCases(sample);
departementAssociationCases(sample);
associationCases(sample);
companionCases(sample);
storeCases(sample);
