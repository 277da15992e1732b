from qt_files import collect

hiddenimports, binaries, datas = collect(__file__)
