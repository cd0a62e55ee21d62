"""`python -m apim_lab` is `apim-lab`, for programs that start it with the Python that they run on."""

from apim_lab.commands import main

if __name__ == "__main__":
    main(prog_name="apim-lab")
