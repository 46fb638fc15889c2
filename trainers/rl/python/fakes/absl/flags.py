"""Of absl.flags what PySC2 needs: flags that are of no use before they are parsed."""


class Flags:
    def __init__(self):
        self._parsed = False

    def is_parsed(self):
        return self._parsed

    def __call__(self, arguments):
        self._parsed = True


FLAGS = Flags()
