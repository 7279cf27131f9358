int fettleUiKeepsALibrary;
